"""Normalised mean error of landmarks."""

import numpy as np


def pair_distance(points: np.ndarray, first: int, second: int) -> np.ndarray:
    """Distance between two landmarks of each face, for example the inter-ocular one.

    Args:
        points: [N,K,2].
        first: Index of a point.
        second: Index of the other.

    Returns:
        [N], in the unit of the points.
    """
    return np.linalg.norm(points[:, first] - points[:, second], axis=-1)


def nme(predicted: np.ndarray, target: np.ndarray, unit: np.ndarray) -> np.ndarray:
    """Mean distance of the points of each face, divided by the unit of the face.

    Args:
        predicted: [N,K,2].
        target: [N,K,2].
        unit: Normaliser of each face [N], in the unit of the points.

    Returns:
        [N], as a ratio (0.05 is 5 %). Data sets are averaged over faces.

    Raises:
        ValueError: If shapes differ or a unit is not positive.
    """
    if predicted.shape != target.shape or unit.shape != target.shape[:1]:
        raise ValueError(
            f"predicted {predicted.shape}, target {target.shape} and unit {unit.shape} "
            "must be [N,K,2], [N,K,2] and [N]"
        )
    if not (unit > 0).all():
        raise ValueError(
            f"unit of face {int(np.argmin(unit > 0))} is {unit[np.argmin(unit > 0)]}: "
            "the two points of the normaliser coincide; leave the face out"
        )
    return np.linalg.norm(predicted - target, axis=-1).mean(axis=-1) / unit
