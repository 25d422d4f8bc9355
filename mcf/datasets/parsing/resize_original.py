"""Photos at the size that counts as the original one."""

import cv2
from mmcv.transforms import BaseTransform

from mcf.registry import TRANSFORMS


@TRANSFORMS.register_module()
class ResizeOriginal(BaseTransform):
    """Resizing of a photo that a benchmark takes for the original.

    CelebAMask-HQ evaluates at 512 pixels while its photos have 1024 (protocol §2.4).
    Unlike an ordinary resizing this one changes ``ori_shape``, the size that masks
    must have and predictions are mapped back to. Put it right after the loading.

    Args:
        scale: New side, or (width, height), in pixels; bilinear as in the protocol.

    Raises:
        ValueError: If a side is below 1.
    """

    def __init__(self, scale: int | tuple[int, int]) -> None:
        self.scale = (scale, scale) if isinstance(scale, int) else tuple(scale)
        if len(self.scale) != 2 or min(self.scale) < 1:
            raise ValueError(f"scale {scale} must be a side or (width, height)")

    def transform(self, results: dict) -> dict:
        """Resize ``img`` and say so in ``img_shape`` and ``ori_shape``.

        Raises:
            ValueError: If a mask was loaded before, which would no longer fit.
        """
        if results.get("seg_fields"):
            raise ValueError("put mcf.ResizeOriginal before the mask is loaded")
        results["img"] = cv2.resize(
            results["img"], self.scale, interpolation=cv2.INTER_LINEAR
        )
        results["img_shape"] = results["ori_shape"] = results["img"].shape[:2]
        return results

    def __repr__(self) -> str:
        return f"ResizeOriginal(scale={self.scale})"
