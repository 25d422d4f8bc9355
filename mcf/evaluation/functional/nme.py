"""Normalised mean error of landmarks and the units it is measured in."""

from collections.abc import Sequence

import numpy as np


def pair_distance(
    points: np.ndarray,
    first: int | Sequence[int],
    second: int | Sequence[int],
    *,
    known: np.ndarray | None = None,
) -> np.ndarray:
    """Distance between two landmarks of each face, or between the means of two groups.

    Args:
        points: [N,K,2].
        first: Index of a point, or indices of several.
        second: The same for the other end.
        known: Which points are labelled, [N,K] bool; None for all.

    Returns:
        [N], in the unit of the points; NaN where a point of either end is unknown.
    """
    if known is not None:
        points = np.where(known[..., None], points, np.nan)
    ends = (points[:, np.atleast_1d(end)].mean(axis=1) for end in (first, second))
    return np.linalg.norm(np.subtract(*ends), axis=-1)


def box_length(boxes: np.ndarray, rule: str) -> np.ndarray:
    """Length that represents the size of each box (protocol §2.3).

    Args:
        boxes: x1, y1, x2, y2 of the borders [N,4].
        rule: ``box`` for sqrt(w·h), ``diag`` for sqrt(w² + h²).

    Returns:
        [N]. On squares ``diag`` is √2 times ``box``.

    Raises:
        ValueError: If there is no such rule.
    """
    width, height = (boxes[:, 2:] - boxes[:, :2]).T
    if rule == "box":
        return np.sqrt(width * height)
    if rule == "diag":
        return np.hypot(width, height)
    raise ValueError(f"unknown length of a box {rule!r}; there are 'box' and 'diag'")


def nme(
    predicted: np.ndarray,
    target: np.ndarray,
    unit: np.ndarray,
    *,
    counted: np.ndarray | None = None,
) -> np.ndarray:
    """Mean distance of the points of each face, divided by the unit of the face.

    Args:
        predicted: [N,K,2].
        target: [N,K,2].
        unit: Normaliser of each face [N], in the unit of the points.
        counted: Which points to average over [N,K] bool; None for all, visible or
            not, as in the released evaluation (protocol §2.3).

    Returns:
        [N], as a ratio (0.05 is 5 %). Data sets are averaged over faces.

    Raises:
        ValueError: If shapes differ, a unit is not positive or no point of a face
            counts.
    """
    if predicted.shape != target.shape or unit.shape != target.shape[:1]:
        raise ValueError(
            f"predicted {predicted.shape}, target {target.shape} and unit {unit.shape} "
            "must be [N,K,2], [N,K,2] and [N]"
        )
    if not (unit > 0).all():
        raise ValueError(
            f"unit of face {int(np.argmin(unit > 0))} is {unit[np.argmin(unit > 0)]}: "
            "the two points of the normaliser coincide, or the box has no area; leave "
            "the face out"
        )
    if counted is None:
        counted = np.ones(target.shape[:2], dtype=bool)
    if not counted.any(axis=1).all():
        raise ValueError(
            f"no point of face {int(np.argmin(counted.any(axis=1)))} counts"
        )
    distance = np.linalg.norm(predicted - target, axis=-1)
    return distance.mean(axis=-1, where=counted) / unit
