"""Crop and mirror image of faces with a head pose."""

from collections.abc import Sequence

import cv2
import numpy as np
from mmcv.transforms import BaseTransform

from mcf.registry import TRANSFORMS

TRAINING_SIDES = (0.6, 2.0, 0.6, 0.6)
TEST_SIDES = (2.0, 2.0, 2.0, 0.6)
"""By how many k of its extent the released recipe widens a box: left, top, right,
bottom."""
MOST = 100.0
"""Times the image's side that a box may reach."""


def loose_box(
    box: np.ndarray, k: float, sides: Sequence[float], *, released: bool
) -> np.ndarray:
    """Box around a face, widened on each side.

    Args:
        box: x1, y1, x2, y2 around the landmarks [4].
        k: Common factor.
        sides: Factors of left, top, right and bottom.
        released: Whether right and bottom are widened by k of the box whose left and
            top have moved already, as the released code of Hopenet and 6DRepNet does,
            which makes crops lopsided.

    Returns:
        [4], float64.
    """
    x1, y1, x2, y2 = np.asarray(box, np.float64)
    left, top, right, bottom = (k * side for side in sides)
    width, height = abs(x2 - x1), abs(y2 - y1)
    x1, y1 = x1 - left * width, y1 - top * height
    if released:
        width, height = abs(x2 - x1), abs(y2 - y1)
    return np.array([x1, y1, x2 + right * width, y2 + bottom * height])


@TRANSFORMS.register_module()
class LooseCrop(BaseTransform):
    """Crop of a face by its loosened box, black outside of the image.

    Takes ``img`` (uint8 BGR [H,W,3]) and ``bbox`` [1,4]; replaces ``img`` and
    ``img_shape`` and moves ``bbox`` and ``points``.

    Args:
        k: Range from which k is drawn anew for each face; (0.2, 0.4) trains and
            (0.2, 0.2) tests in the released recipe.
        sides: Factors of left, top, right and bottom; :data:`TRAINING_SIDES` by
            default, :data:`TEST_SIDES` tests in the released recipe.
        released: See :func:`loose_box`.
    """

    def __init__(
        self,
        k: tuple[float, float] = (0.2, 0.4),
        *,
        sides: Sequence[float] = TRAINING_SIDES,
        released: bool = True,
    ) -> None:
        if len(k) != 2 or not 0 <= k[0] <= k[1] or len(sides) != 4 or min(sides) < 0:
            raise ValueError(f"k={k!r} must be a range, sides={sides!r} four factors")
        self.k = k
        self.sides = sides
        self.released = released

    def transform(self, results: dict) -> dict:
        """Crop the face.

        Raises:
            ValueError: If the sample has no box, or one without size or beyond reach.
        """
        name = results.get("sample_name", results.get("img_path"))
        if "bbox" not in results:
            raise ValueError(f"{name} has no bbox to crop; detect the face first")
        height, width = results["img"].shape[:2]
        k = np.random.uniform(*self.k)
        loose = loose_box(results["bbox"][0], k, self.sides, released=self.released)
        if not np.isfinite(loose).all() or np.abs(loose).max() > MOST * max(
            height, width
        ):
            raise ValueError(f"{name}: the box {results['bbox'][0].tolist()} is no box")
        x1, y1, x2, y2 = loose.astype(int)  # towards zero, as released
        if x2 <= x1 or y2 <= y1:
            raise ValueError(f"{name}: the box {results['bbox'][0].tolist()} is empty")
        inside = results["img"][max(y1, 0) : max(y2, 0), max(x1, 0) : max(x2, 0)]
        top, left = max(-y1, 0), max(-x1, 0)
        bottom, right = y2 - y1 - top - len(inside), x2 - x1 - left - inside.shape[1]
        if not inside.size:
            raise ValueError(f"{name}: the box is outside of the image")
        results["img"] = cv2.copyMakeBorder(
            inside, top, bottom, left, right, cv2.BORDER_CONSTANT
        )
        results["img_shape"] = results["img"].shape[:2]
        shift = np.array([x1, y1], np.float32)
        results["bbox"] = results["bbox"] - np.tile(shift, 2)
        if "points" in results:
            results["points"] = results["points"] - shift
        return results

    def __repr__(self) -> str:
        return f"LooseCrop({self.k}, sides={self.sides}, released={self.released})"


@TRANSFORMS.register_module()
class PoseFlip(BaseTransform):
    """Mirror image of a face and its rotation: yaw and roll change their signs.

    Takes ``img`` and ``gt_rotation`` [3,3]; mirrors ``bbox`` and ``points``, too, whose
    order stays.

    Args:
        prob: Share of faces that are mirrored.
    """

    def __init__(self, prob: float = 0.5) -> None:
        if not 0 <= prob <= 1:
            raise ValueError(f"prob={prob} must lie in [0, 1]")
        self.prob = prob

    def transform(self, results: dict) -> dict:
        """Mirror, or not."""
        if np.random.random() >= self.prob:
            return results
        width = results["img"].shape[1]
        results["img"] = np.ascontiguousarray(results["img"][:, ::-1])
        mirror = np.array([-1, 1, 1], np.float32)
        results["gt_rotation"] = results["gt_rotation"] * mirror * mirror[:, None]
        if "bbox" in results:
            x1, y1, x2, y2 = results["bbox"][0]
            results["bbox"] = np.array(
                [[width - 1 - x2, y1, width - 1 - x1, y2]], np.float32
            )
        if "points" in results:
            points = results["points"] * [-1, 1] + [width - 1, 0]
            results["points"] = points.astype(np.float32)
        return results

    def __repr__(self) -> str:
        return f"PoseFlip(prob={self.prob})"
