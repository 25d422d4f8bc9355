"""Landmark sets read off the curves of a face."""

import numpy as np

from mcf.drawn_faces.geometry import JAW_STEPS, FaceGeometry
from mcf.drawn_faces.planar import CURVE_STEPS, EYE_STEPS


def landmarks68(geometry: FaceGeometry) -> np.ndarray:
    """``[68, 2]`` points in the order of 300W (protocol §3.4), in 0..1."""
    left, right = geometry.brows
    return np.concatenate(
        [
            geometry.jaw[:: 2 * JAW_STEPS],
            left.top[::CURVE_STEPS],
            right.top[::-CURVE_STEPS],
            geometry.nose_bridge,
            geometry.nose_base,
            _eyes(geometry, parts=3),
            _mouth(geometry),
        ]
    )


def landmarks98(geometry: FaceGeometry) -> np.ndarray:
    """``[98, 2]`` points in the order of WFLW (protocol §3.3), in 0..1."""
    left, right = geometry.brows
    return np.concatenate(
        [
            geometry.jaw[::JAW_STEPS],
            left.top[::CURVE_STEPS],
            left.bottom[:0:-CURVE_STEPS],
            right.top[::-CURVE_STEPS],
            right.bottom[CURVE_STEPS::CURVE_STEPS],
            geometry.nose_bridge,
            geometry.nose_base,
            _eyes(geometry, parts=4),
            _mouth(geometry),
            [eye.pupil for eye in geometry.eyes],
        ]
    )


def _eyes(geometry: FaceGeometry, *, parts: int) -> np.ndarray:
    """Both eyes, clockwise from their left corner, lids cut in equal parts."""
    step = EYE_STEPS // parts
    left, right = geometry.eyes
    return np.concatenate(
        [
            left.upper[::step],
            left.lower[::-step][1:-1],
            right.upper[::-step],
            right.lower[::step][1:-1],
        ]
    )


def _mouth(geometry: FaceGeometry) -> np.ndarray:
    """Outer then inner edge of the lips, clockwise from their left corner."""
    mouth = geometry.mouth
    return np.concatenate(
        [
            mouth.outer_upper[::CURVE_STEPS],
            mouth.outer_lower[::-CURVE_STEPS][1:-1],
            mouth.inner_upper[::CURVE_STEPS],
            mouth.inner_lower[::-CURVE_STEPS][1:-1],
        ]
    )
