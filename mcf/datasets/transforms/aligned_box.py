"""The box of a face that came aligned."""

from collections.abc import Sequence

import numpy as np
from mmcv.transforms import BaseTransform

from mcf.registry import TRANSFORMS


@TRANSFORMS.register_module()
class AlignedBox(BaseTransform):
    """Says where the face is in images that are all aligned in one way.

    So sets of aligned faces (CelebAMask-HQ) and sets with boxes can be cut by one rule.

    Required key: ``img``. Added key: ``bbox`` [1,4] float32, x1, y1, x2, y2.

    Args:
        box: Left, top, right and bottom as fractions of the image.

    Raises:
        ValueError: If the box has no area.
    """

    def __init__(self, box: Sequence[float]) -> None:
        left, top, right, bottom = self.box = tuple(box)
        if left >= right or top >= bottom:
            raise ValueError(f"box={self.box} has no area: left, top, right, bottom")

    def transform(self, results: dict) -> dict:
        """Add the box."""
        height, width = results["img"].shape[:2]
        box = np.multiply(self.box, [width, height, width, height]) - 0.5
        results["bbox"] = box[None].astype(np.float32)
        return results
