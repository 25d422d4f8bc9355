"""Crop of a face from its image: by a box, by five points or the whole image."""

import numpy as np
from mmcv.transforms import BaseTransform

from mcf.crops.geometry import box_to_crop, five_points_to_crop, similarity_about_centre
from mcf.crops.rule import CropRule
from mcf.crops.tanh_warp import image_to_warped, warp_image, warp_labels
from mcf.crops.training_box import BoxKind
from mcf.registry import TRANSFORMS

from .crop_jitter import CropJitter


@TRANSFORMS.register_module()
class FaceCrop(BaseTransform):
    """Crop around the box of a face, with the released geometry (protocol §2.3).

    The box fills the crop, which is then scaled about its centre. Without jitter and
    warp, mmpose's own inverse ``k / input_size * input_scale + input_center -
    input_scale / 2`` brings predictions back to the image exactly. With either that
    inverse does not exist, so ``input_center`` and ``input_scale`` stay away and
    ``crop_matrix`` and ``warp_factor`` alone describe the crop.

    Required keys: ``img``, ``bbox`` ([4] or [1,4], borders x1, y1, x2, y2). Points
    and label map are transformed if there.

    Changed keys: ``img``, ``img_shape``, ``gt_seg_map`` (nearest, 0 outside).

    Added keys: ``crop_matrix`` [3,3], ``warp_factor``, ``input_size`` (width, height),
    ``transformed_keypoints`` [N,K,2] from ``keypoints``, and ``input_center`` and
    ``input_scale`` as above.

    Args:
        size: Side or (width, height) of the crop in pixels.
        scale: Below 1 shows more than the box: 0.8 shows 1.25 times its sides.
        jitter: Settings of :class:`CropJitter`, for training.
        warp_factor: Of the RoI tanh warp; 0 for a plain crop.

    Raises:
        ValueError: If the scale is not positive, or a face's box has no area.
    """

    KIND = "box"
    """The kind of its :class:`~mcf.crops.rule.CropRule`."""

    def __init__(
        self,
        size: int | tuple[int, int] = 512,
        *,
        scale: float = 1.0,
        jitter: dict | None = None,
        warp_factor: float = 0.0,
    ) -> None:
        if scale <= 0:
            raise ValueError(f"scale={scale} must be positive; 1 shows just the box")
        self.size = (size, size) if isinstance(size, int) else tuple(size)
        self.scale = scale
        self.jitter = None if jitter is None else CropJitter(**jitter)
        self.warp_factor = warp_factor

    def rule(self, box: BoxKind = "landmarks") -> CropRule:
        """The rule by which it cuts without jitter, for users of the network.

        Args:
            box: Which boxes its data set has.
        """
        return CropRule(
            self.KIND,
            self.size,
            scale=self.scale,
            warp_factor=self.warp_factor,
            box=box,
        )

    def to_crop(self, results: dict) -> np.ndarray:
        """Matrix [3,3] from the image to the crop, before scale and jitter."""
        return box_to_crop(np.reshape(results["bbox"], 4), self.size)

    def transform(self, results: dict) -> dict:
        """Crop image, points and label map.

        Raises:
            ValueError: Naming the image, if its face cannot be cropped.
        """
        try:
            to_crop = self.to_crop(results)
        except ValueError as error:
            raise ValueError(f"{results.get('img_path', 'image')}: {error}") from error
        if self.jitter is None:
            matrix = similarity_about_centre(self.size, scale=self.scale) @ to_crop
        else:
            matrix = self.jitter.draw(self.size, self.scale) @ to_crop
        warp = matrix, self.size, self.warp_factor
        results["img"] = warp_image(results["img"], *warp)
        results["img_shape"] = results["img"].shape[:2]
        if "gt_seg_map" in results:
            results["gt_seg_map"] = warp_labels(results["gt_seg_map"], *warp)
        if "keypoints" in results:
            points = image_to_warped(results["keypoints"][..., :2], *warp)
            results["transformed_keypoints"] = points.astype(np.float32)
        results["crop_matrix"] = matrix
        results["warp_factor"] = self.warp_factor
        results["input_size"] = self.size
        if self.is_axis_aligned:
            results.update(_mmpose_inverse(matrix, self.size))
        return results

    @property
    def is_axis_aligned(self) -> bool:
        """Whether crops are neither rotated nor bent."""
        return self.jitter is None and self.warp_factor == 0

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}(size={self.size}, scale={self.scale}, "
            f"jitter={self.jitter}, warp_factor={self.warp_factor})"
        )


@TRANSFORMS.register_module()
class FaceAlign(FaceCrop):
    """Crop that sets five points of the face upright, as released (protocol §2.4).

    Required keys: ``img`` and ``points5`` [5,2]: pupils, nose tip and mouth
    corners, image-left first. All else is as in :class:`FaceCrop`, whose settings it
    takes; mmpose's inverse never applies.
    """

    KIND = "five_points"

    def to_crop(self, results: dict) -> np.ndarray:
        """Matrix [3,3] from the image to the crop, before scale and jitter."""
        return five_points_to_crop(results["points5"], self.size)

    @property
    def is_axis_aligned(self) -> bool:
        """Whether crops are neither rotated nor bent."""
        return False


@TRANSFORMS.register_module()
class WholeImageCrop(FaceCrop):
    """Crop that the whole image fills, for faces that come aligned (CelebAMask-HQ).

    Required key: ``img``. All else is as in :class:`FaceCrop`, whose settings it takes.
    """

    KIND = "image"

    def to_crop(self, results: dict) -> np.ndarray:
        """Matrix [3,3] from the image to the crop, before scale and jitter."""
        height, width = results["img"].shape[:2]
        return box_to_crop((-0.5, -0.5, width - 0.5, height - 0.5), self.size)


def _mmpose_inverse(matrix: np.ndarray, size: tuple[int, int]) -> dict[str, np.ndarray]:
    """What mmpose's inverse needs to undo a matrix without rotation."""
    stretch = np.diag(matrix)[:2]
    scale = np.asarray(size) / stretch
    return dict(input_scale=scale, input_center=scale / 2 - matrix[:2, 2] / stretch)
