"""The decoder of images as transforms: of a store's bytes, of a data set's files."""

from collections.abc import Mapping

import numpy as np
from mmcv.transforms import BaseTransform

from mcf.registry import TRANSFORMS
from mcf.utils.decoding import decode_image, read_image


@TRANSFORMS.register_module()
class DecodeImage(BaseTransform):
    """Decoder of the encoded bytes that a store gives.

    Takes ``img_bytes`` out of the results and adds ``img`` (uint8 BGR, [H, W, 3]),
    ``img_shape`` and ``ori_shape`` (both (H, W)). Outcomes for unusual images are
    those of :func:`~mcf.utils.decoding.decode_image`.

    Args:
        min_size: Least length of the shorter side, in pixels.
        max_pixels: Most pixels, width times height.
        max_aspect: Most times the longer side may hold the shorter.

    Raises:
        ValueError: If no image could meet the limits.
    """

    def __init__(
        self,
        *,
        min_size: int = 16,
        max_pixels: int = 50_000_000,
        max_aspect: float = 8.0,
    ) -> None:
        if min_size < 1 or max_pixels < min_size**2 or max_aspect < 1:
            raise ValueError(
                f"no image has min_size {min_size}, max_pixels {max_pixels} and "
                f"max_aspect {max_aspect}; need min_size >= 1, max_pixels >= "
                "min_size squared and max_aspect >= 1"
            )
        self.min_size = min_size
        self.max_pixels = max_pixels
        self.max_aspect = max_aspect

    def transform(self, results: dict) -> dict:
        """Decode ``results['img_bytes']``.

        Raises:
            BadImageError: If the image must be skipped.
        """
        image = decode_image(
            results.pop("img_bytes"),
            min_size=self.min_size,
            max_pixels=self.max_pixels,
            max_aspect=self.max_aspect,
        )
        results["img"] = image
        results["img_shape"] = results["ori_shape"] = image.shape[:2]
        return results

    def __repr__(self) -> str:
        return (
            f"DecodeImage(min_size={self.min_size}, max_pixels={self.max_pixels}, "
            f"max_aspect={self.max_aspect})"
        )


@TRANSFORMS.register_module()
class LoadFaceImage(BaseTransform):
    """Loader of a data set's photo, decoded as in pre-training and in inference.

    It stands in for mmpose's ``LoadImage`` and mmsegmentation's ``LoadImageFromFile``,
    which decode with OpenCV: transparency is dropped, 16 bit is cut, and a damaged file
    is not named. Photos have no limits of size here. Pixels that the sample brings as
    ``img`` stay.

    Takes ``img_path`` (or ``img``); adds ``img`` (uint8 BGR, [H, W, 3]), ``img_shape``
    and ``ori_shape`` (both (H, W)).
    """

    def transform(self, results: dict) -> dict:
        """Load the photo.

        Raises:
            FileNotFoundError: If there is no such file.
            ValueError: If it cannot be used, with its name and the reason.
        """
        results["img"] = face_image(results)
        results["img_shape"] = results["ori_shape"] = results["img"].shape[:2]
        return results

    def __repr__(self) -> str:
        return "LoadFaceImage()"


def face_image(sample: Mapping) -> np.ndarray:
    """Photo of a data set's sample, uint8 BGR [H, W, 3]: its ``img``, or its file.

    Raises:
        FileNotFoundError: As :func:`~mcf.utils.decoding.read_image`.
        ValueError: If the file cannot be used, with its name and the reason.
    """
    return sample["img"] if "img" in sample else read_image(sample["img_path"])
