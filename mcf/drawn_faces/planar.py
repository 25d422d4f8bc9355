"""Curves of a face seen from the front, in head units, before the head turns."""

import numpy as np

from mcf.drawn_faces.curves import smooth_curve
from mcf.drawn_faces.parameters import Expression, Hair, Shape

EYE_STEPS = 24  # segments of an eyelid: holds quarters and thirds exactly
CURVE_STEPS = 6  # segments between two knots of brows, nose and lips


def hairline(hair: Hair) -> np.ndarray:
    """Hairline from the right temple over the forehead to the left one."""
    back = 0.3 * hair.receding
    half = np.array(
        [
            (0.985, -0.2),
            (0.94, -0.48),
            (0.8, -0.75 - 0.3 * back),
            (0.5, hair.hairline + 0.13 - 1.2 * back),
            (0.22, hair.hairline + 0.015 - 0.5 * back),
        ]
    )
    knots = np.concatenate([half, [(0.0, hair.hairline)], half[::-1] * (-1, 1)])
    return smooth_curve(knots, steps=5)


def eye(shape: Shape, expression: Expression, side: int) -> list[np.ndarray]:
    """Upper lid, lower lid and crease, each from the outer to the inner corner."""
    is_open = expression.eye_left if side < 0 else expression.eye_right
    u = np.linspace(0.0, 1.0, EYE_STEPS + 1)
    x = shape.eye_x + shape.eye_width * (1 - 2 * u)
    line = -shape.eye_slant + (2 * shape.eye_slant + 0.015) * u
    cheek = 0.02 * max(expression.smile, 0.0)
    low = shape.eye_height * (0.3 + 0.12 * min(is_open, 1.0)) - cheek
    # A closed upper lid comes down to the lower one.
    high = shape.eye_height * 0.66 * is_open - 0.97 * low * max(0.0, 1 - 2 * is_open)
    upper = line - high * np.sin(np.pi * u**0.92) ** 0.72
    lower = line + low * np.sin(np.pi * u**1.08) ** 0.85
    if is_open < 0.5:
        upper = np.minimum(upper, lower)
    lift = (0.045 + 0.1 * shape.eye_height) * np.sin(np.pi * (0.1 + 0.85 * u))
    crease = np.minimum(upper, line - 0.02) - lift
    return [
        np.stack([side * across, y], axis=1)
        for across, y in ((x, upper), (x, lower), (1.02 * x, crease))
    ]


def pupil(shape: Shape, expression: Expression, side: int) -> np.ndarray:
    """``[2]`` centre of the iris."""
    across = side * shape.eye_x + 0.09 * expression.gaze_x
    return np.array([across, -0.018 + 0.04 * expression.gaze_y])


def brow(shape: Shape, expression: Expression, side: int) -> list[np.ndarray]:
    """Upper and lower edge of a brow, both from the outer tip to the nose."""
    x = np.array([0.8, 0.66, 0.5, 0.33, 0.17])
    x = x - expression.brow_frown * np.array([0, 0, 0, 0.01, 0.03])
    arch = shape.brow_arch * np.array([-1.2, 0.55, 1.0, 0.55, 0.0])
    frown = np.array([-0.3, -0.2, 0.1, 0.6, 1.0]) * 0.09 * expression.brow_frown
    middle = shape.brow_y - expression.brow_raise - arch + frown
    thick = 0.5 * shape.brow_width * np.array([0.0, 0.6, 0.9, 1.05, 0.9])
    tilt = np.array([0.0, 0.0, 0.0, 0.0, 0.03])
    top = np.stack([side * x, middle - thick], axis=1)
    bottom = np.stack([side * (x - tilt), middle + thick], axis=1)
    return [smooth_curve(edge, steps=CURVE_STEPS) for edge in (top, bottom)]


def nose(shape: Shape, base_y: float) -> tuple[np.ndarray, np.ndarray]:
    """Outline from the upper right, clockwise, and the five knots of its base."""
    width, tip = shape.nose_width, shape.nose_length
    side = np.array(
        [
            (0.095, -0.06),
            (0.09, 0.18),
            (0.11 + 0.15 * width, tip - 0.24),
            (0.9 * width, tip - 0.08),
            (1.02 * width, tip + 0.01),
            (0.95 * width, tip + 0.08),
        ]
    )
    base = np.array(
        [(0.68 * width, base_y - 0.025), (0.35 * width, base_y), (0.0, base_y + 0.025)]
    )
    half = np.concatenate([side, base])
    knots = np.concatenate([half, half[-2::-1] * (-1, 1)])
    ordered = np.concatenate([base * (-1, 1), base[-2::-1]])
    return smooth_curve(knots, steps=CURVE_STEPS), ordered


def mouth(shape: Shape, expression: Expression, mouth_y: float) -> list[np.ndarray]:
    """Outer upper, inner upper, inner lower and outer lower edge, left to right."""
    smile, opening = expression.smile, expression.mouth_open
    width = shape.mouth_width * (1 + 0.18 * smile - 0.35 * max(0, opening - 0.12))
    middle = mouth_y + 0.03 * smile
    high, low = middle - 0.15 * opening, middle + 0.85 * opening
    upper = shape.upper_lip * (1 - 0.2 * max(smile, 0.0))
    lower = shape.lower_lip * (1 - 0.1 * max(smile, 0.0))
    corner = mouth_y - 0.095 * smile + 0.25 * opening
    left, right = corner + expression.skew, corner - expression.skew

    def edge(x: list[float], level: float, pull: list[float], offset: list[float]):
        side = np.where(np.array(x) < 0, left, right)
        y = level + np.array(pull) * (side - level) + np.array(offset)
        knots = np.stack([np.array(x) * width, y], axis=1)
        return smooth_curve(knots, steps=CURVE_STEPS)

    inner_x, inner_pull = [-0.93, -0.47, 0.0, 0.47, 0.93], [0.97, 0.24, 0, 0.24, 0.97]
    outer_x = [-1.0, -0.6, -0.2, 0.0, 0.2, 0.6, 1.0]
    outer_pull = [1.0, 0.4, 0.06, 0.0, 0.06, 0.4, 1.0]
    peak, dip, slope = -1.0 * upper, -0.78 * upper, -0.62 * upper
    belly, flank, seam = 0.97 * lower, 0.66 * lower, 0.14 * upper
    return [
        edge(outer_x, high, outer_pull, [0, slope, peak, dip, peak, slope, 0]),
        edge(inner_x, high, inner_pull, [0, 0, seam, 0, 0]),
        edge(inner_x, low, inner_pull, [0, 0, seam, 0, 0]),
        edge(outer_x, low, outer_pull, [0, flank, belly, lower, belly, flank, 0]),
    ]
