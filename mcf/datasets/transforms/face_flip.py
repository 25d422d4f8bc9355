"""Mirror image of a face whose left and right parts keep their names."""

from collections.abc import Sequence

import numpy as np
from mmcv.transforms import BaseTransform

from mcf.registry import TRANSFORMS

POINT_KEYS = (
    "transformed_keypoints",
    "keypoints",
    "keypoints_visible",
    "keypoints_labelled",
)
"""What has an entry for each point, along its second axis."""


def swap_labels(labels: np.ndarray, pairs: Sequence[tuple[int, int]]) -> np.ndarray:
    """Label map [H,W] uint8 in which the two ids of each pair change places."""
    table = np.arange(256, dtype=np.uint8)
    for a, b in pairs:
        table[a], table[b] = b, a
    return table[labels]


@TRANSFORMS.register_module()
class FaceFlip(BaseTransform):
    """Mirror a crop from left to right: x becomes w - 1 - x (protocol §4.9, §4.10).

    Comes after :class:`FaceCrop`. The released fine-tuning does not flip.

    Required keys: ``img``, ``crop_matrix`` and ``warp_factor``; beside
    ``transformed_keypoints`` also ``flip_indices``, and beside ``gt_seg_map`` also
    ``label_pairs``, the ids that change places (left and right eye). Both come from
    the data set's meta information.

    Changed keys: ``img``, ``crop_matrix``, ``transformed_keypoints``, ``gt_seg_map``;
    ``keypoints`` and ``keypoints_visible`` in the order of their points. What no
    longer describes the crop goes: ``input_center`` and ``input_scale``, as mmpose's
    inverse cannot mirror, and ``crop_matrix`` of a tanh warp, which is not symmetric
    about the middle of the pixels.

    Args:
        prob: Share of crops that are mirrored.
    """

    def __init__(self, prob: float = 0.5) -> None:
        self.prob = prob

    def transform(self, results: dict) -> dict:
        """Mirror image, points and label map.

        Raises:
            ValueError: If there are points without ``flip_indices``, or a label map
                without ``label_pairs``, whether or not this crop is mirrored.
        """
        _require(results, "transformed_keypoints", "flip_indices")
        _require(results, "gt_seg_map", "label_pairs")
        if np.random.rand() >= self.prob:
            return results
        results["img"] = np.ascontiguousarray(results["img"][:, ::-1])
        last = results["img"].shape[1] - 1
        mirror = np.array([[-1, 0, last], [0, 1, 0], [0, 0, 1]], dtype=float)
        results["crop_matrix"] = mirror @ results["crop_matrix"]
        undone = ["input_center", "input_scale"]
        if results["warp_factor"]:
            undone.append("crop_matrix")
        for key in undone:
            results.pop(key, None)
        if "gt_seg_map" in results:
            mirrored = np.ascontiguousarray(results["gt_seg_map"][:, ::-1])
            results["gt_seg_map"] = swap_labels(mirrored, results["label_pairs"])
        if "transformed_keypoints" in results:
            self._flip_points(results, last)
        return results

    def _flip_points(self, results: dict, last: int) -> None:
        points = results["transformed_keypoints"].copy()
        points[..., 0] = last - points[..., 0]
        results["transformed_keypoints"] = points
        order = list(results["flip_indices"])
        for key in POINT_KEYS:
            if key in results:
                results[key] = results[key][:, order]

    def __repr__(self) -> str:
        return f"{type(self).__name__}(prob={self.prob})"


def _require(results: dict, annotation: str, pairs: str) -> None:
    if annotation in results and pairs not in results:
        raise ValueError(
            f"{pairs} is missing beside {annotation}: the data set must name the swap "
            "pairs of left and right, [] if there are none; or take FaceFlip out"
        )
