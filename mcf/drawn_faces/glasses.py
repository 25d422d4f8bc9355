"""Paints glasses; they have no class, so labels stay those of the face."""

import numpy as np

from mcf.drawn_faces.canvas import Canvas
from mcf.drawn_faces.parameters import FaceParameters
from mcf.drawn_faces.surface import HeadSurface

# Half width, half height, exponent of the superellipse and width of the frame.
MODELS = {
    "round": (0.36, 0.33, 2.2, 0.05),
    "square": (0.4, 0.27, 4.5, 0.065),
    "sun": (0.4, 0.31, 3.2, 0.06),
}


def paint_glasses(
    canvas: Canvas, parameters: FaceParameters, surface: HeadSurface
) -> None:
    """Paints the glasses of a face, if it wears any."""
    extras, unit = parameters.extras, parameters.pose.scale
    if extras.glasses == "none":
        return
    width = MODELS[extras.glasses][3] * unit
    colour = np.array(extras.glasses_colour)
    rims, bars = _frame(parameters, surface)
    drop = unit * np.array([0.012, 0.04])
    cast = canvas.trace(*(rim + drop for rim in rims), width=width, blur=0.02 * unit)
    canvas.multiply(cast, np.array([0.6, 0.5, 0.47]), 0.45)
    if extras.glasses == "sun":
        canvas.blend(canvas.cover(*rims), np.array([0.07, 0.06, 0.07]), 0.9)
    else:
        canvas.blend(canvas.cover(*rims), np.array([0.85, 0.93, 1.0]), 0.07)
    corners = unit * np.array([(-0.3, 0.3), (-0.15, 0.3), (0.25, -0.3), (0.1, -0.3)])
    streaks = [rim.mean(axis=0) + corners for rim in rims]
    glare = canvas.cover(*streaks, blur=0.02 * unit, within=tuple(rims))
    canvas.blend(glare, np.ones(3), 0.16)
    canvas.blend(canvas.trace(*rims, *bars, width=width), colour, 0.96)
    lit = canvas.trace(*(rim[28:40] for rim in rims), width=0.015 * unit)
    canvas.blend(lit, np.minimum(2 * colour + 0.25, 1), 0.6)


def _frame(
    parameters: FaceParameters, surface: HeadSurface
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Both closed rims, then bridge and arms, in the image."""
    half_width, half_height, power, _ = MODELS[parameters.extras.glasses]
    eye_x = parameters.shape.eye_x + 0.015
    angle = np.linspace(0, 2 * np.pi, 49)
    cos, sin = np.cos(angle), np.sin(angle)
    rim_x = half_width * np.sign(cos) * np.abs(cos) ** (2 / power)
    rim_y = half_height * np.sign(sin) * np.abs(sin) ** (2 / power) + 0.03
    rims, bars = [], []
    for side in (-1, 1):
        x = side * eye_x + rim_x
        depth = 0.82 - 0.12 * x**2
        rims.append(surface.project(np.stack([x, rim_y, depth], axis=1)))
        hinge, temple = (side * (eye_x + half_width), -0.08, 0.7), (side, -0.1, -0.05)
        bars.append(surface.project(np.array([hinge, temple])))
    x = np.linspace(-1, 1, 7) * (eye_x - half_width)
    bridge = np.stack([x, -0.08 + 2 * x**2, np.full(7, 0.84)], axis=1)
    return rims, [*bars, surface.project(bridge)]
