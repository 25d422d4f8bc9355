"""Codec of points as fractions of the crop."""

import numpy as np
from mmpose.codecs.base import BaseKeypointCodec

from mcf.crops.geometry import denormalise_points, normalise_points

from .registry import KEYPOINT_CODECS


@KEYPOINT_CODECS.register_module()
class NormalisedPoints(BaseKeypointCodec):
    """Points as fractions of the input, half-pixel convention: (p + 0.5) / size.

    mmpose's ``RegressionLabel`` divides p itself and drops points outside the input;
    mixing the two conventions moves points by half a cell (protocol §4.11).

    Args:
        input_size: (width, height) of the network's input in pixels.
    """

    label_mapping_table = dict(
        keypoint_labels="keypoint_labels", keypoint_weights="keypoint_weights"
    )

    def __init__(self, input_size: tuple[int, int]) -> None:
        self.input_size = tuple(input_size)

    def encode(
        self, keypoints: np.ndarray, keypoints_visible: np.ndarray | None = None
    ) -> dict[str, np.ndarray]:
        """Fractions of pixel coordinates, for N instances with K points.

        Args:
            keypoints: [N,K,2] in the input.
            keypoints_visible: [N,K]; None stands for all.

        Returns:
            ``keypoint_labels`` [N,K,2] and ``keypoint_weights`` [N,K], the latter 1 for
            visible points whether in the input or outside.
        """
        if keypoints_visible is None:
            keypoints_visible = np.ones(keypoints.shape[:2])
        labels = normalise_points(keypoints, self.input_size)
        return dict(
            keypoint_labels=labels.astype(np.float32),
            keypoint_weights=(keypoints_visible > 0.5).astype(np.float32),
        )

    def decode(
        self, encoded: np.ndarray, scores: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Pixel coordinates [N,K,2] of fractions [N,K,2], and the scores [N,K]."""
        return denormalise_points(encoded.astype(np.float64), self.input_size), scores
