"""Smooth curves through given knots."""

from functools import lru_cache

import numpy as np


def smooth_curve(knots: np.ndarray, *, steps: int = 6) -> np.ndarray:
    """Catmull-Rom curve through all knots, which it contains exactly.

    Args:
        knots: ``[N, D]`` points, N >= 2.
        steps: Segments between two knots; knot ``i`` is row ``i * steps``.

    Returns:
        ``[(N - 1) * steps + 1, D]`` points.
    """
    ends = (2 * knots[:1] - knots[1:2], 2 * knots[-1:] - knots[-2:-1])
    return _spline_basis(len(knots), steps) @ np.concatenate([ends[0], knots, ends[1]])


@lru_cache(maxsize=64)
def _spline_basis(count: int, steps: int) -> np.ndarray:
    """``[(count - 1) * steps + 1, count + 2]`` weights of the padded knots."""
    t = np.arange(steps) / steps
    weights = 0.5 * np.stack(
        [
            t * (-1 + t * (2 - t)),
            2 + t * t * (3 * t - 5),
            t * (1 + t * (4 - 3 * t)),
            t * t * (t - 1),
        ],
        axis=1,
    )
    basis = np.zeros(((count - 1) * steps + 1, count + 2))
    for span in range(count - 1):
        basis[span * steps : (span + 1) * steps, span : span + 4] = weights
    basis[-1, count] = 1.0
    return basis


def resample(curve: np.ndarray, count: int) -> np.ndarray:
    """Points at equal arc length along a polyline, both ends included.

    Args:
        curve: ``[N, D]`` polyline.
        count: Number of points wanted.

    Returns:
        ``[count, D]`` points.
    """
    length = np.linalg.norm(np.diff(curve, axis=0), axis=1).cumsum()
    length = np.concatenate([[0.0], length])
    wanted = np.linspace(0.0, length[-1], count)
    return np.stack([np.interp(wanted, length, axis) for axis in curve.T], axis=1)


def ellipse(centre: np.ndarray, axes: np.ndarray, count: int = 32) -> np.ndarray:
    """Closed ellipse.

    Args:
        centre: ``[D]`` centre.
        axes: ``[2, D]`` half axes as vectors.
        count: Number of points.

    Returns:
        ``[count, D]`` points.
    """
    angle = np.linspace(0.0, 2 * np.pi, count, endpoint=False)
    return centre + np.stack([np.cos(angle), np.sin(angle)], axis=1) @ axes


def offset_band(curve: np.ndarray, width: np.ndarray) -> np.ndarray:
    """Closed band whose middle is a planar curve: a stroke of changing width.

    Args:
        curve: ``[N, 2]`` middle line.
        width: ``[N]`` full width at every point.

    Returns:
        ``[2 N, 2]`` polygon.
    """
    padded = np.concatenate([curve[:1], curve, curve[-1:]])
    along = padded[2:] - padded[:-2]
    half = along[:, ::-1] * (-0.5, 0.5)
    half *= (width / (np.hypot(along[:, 0], along[:, 1]) + 1e-9))[:, None]
    return np.concatenate([curve - half, (curve + half)[::-1]])
