"""The decoder of images as a transform."""

from mmcv.transforms import BaseTransform

from mcf.registry import TRANSFORMS
from mcf.utils.decoding import decode_image


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
