"""Paints lips, teeth and tongue."""

import numpy as np

from mcf.drawn_faces.canvas import Canvas
from mcf.drawn_faces.curves import ellipse, offset_band
from mcf.drawn_faces.geometry import FaceGeometry, MouthCurves
from mcf.drawn_faces.labels import Label
from mcf.drawn_faces.parameters import FaceParameters

OPEN_FROM = 0.02  # opening from which the inside of the mouth shows, head units


def paint_mouth(
    canvas: Canvas, parameters: FaceParameters, geometry: FaceGeometry
) -> None:
    """Paints and labels lips and the inside of the mouth."""
    mouth, unit = geometry.mouth, parameters.pose.scale
    is_open = parameters.expression.mouth_open > OPEN_FROM
    _paint_lips(canvas, parameters, mouth)
    if is_open:
        _paint_inside(canvas, parameters, mouth)
    # The dark line between the lips, thin towards the corners.
    dark = 0.3 * np.array(parameters.look.lips) * (0.9, 0.7, 0.7)
    swell = np.sin(np.linspace(0.45, np.pi - 0.45, len(mouth.inner_upper)))
    width = (0.018 if is_open else 0.03) * unit * swell
    line = canvas.cover(offset_band(mouth.inner_upper, width), blur=0.007 * unit)
    canvas.blend(line, dark, 0.9)
    corners = [
        ellipse(end, 0.028 * unit * np.eye(2), 10)
        for end in (mouth.outer_upper[0], mouth.outer_upper[-1])
    ]
    patch = canvas.cover(*corners, blur=0.02 * unit)
    canvas.multiply(patch, np.array([0.5, 0.35, 0.33]), 0.7)
    canvas.mark(mouth.upper_lip, Label.UPPER_LIP)
    canvas.mark(mouth.lower_lip, Label.LOWER_LIP)
    if is_open:
        canvas.mark(mouth.inner, Label.INNER_MOUTH)


def _paint_lips(canvas: Canvas, parameters: FaceParameters, mouth: MouthCurves) -> None:
    look, unit = parameters.look, parameters.pose.scale
    lips = np.array(look.lips)
    around = canvas.cover(mouth.outline, blur=0.03 * unit)
    canvas.multiply(around, np.array([0.8, 0.62, 0.6]), 0.45)
    edge = 0.006 * unit
    canvas.blend(canvas.cover(mouth.upper_lip, blur=edge), 0.78 * lips, 0.92)
    canvas.blend(canvas.cover(mouth.lower_lip, blur=edge), lips, 0.92)
    below = offset_band(mouth.outer_lower, np.full(len(mouth.outer_lower), 0.06 * unit))
    shade = canvas.cover(below, blur=0.025 * unit, within=(mouth.lower_lip,))
    canvas.multiply(shade, np.array([0.66, 0.55, 0.56]), 0.8)
    share = np.linspace(0.3, 0.7, 13)
    rows = np.rint(share * (len(mouth.inner_lower) - 1)).astype(int)
    other = np.rint(share * (len(mouth.outer_lower) - 1)).astype(int)
    middle = 0.6 * mouth.inner_lower[rows] + 0.4 * mouth.outer_lower[other]
    width = 0.045 * unit * np.sin(np.linspace(0.1, 3.04, 13))
    gloss = canvas.cover(
        offset_band(middle, width), blur=0.02 * unit, within=(mouth.lower_lip,)
    )
    shine = 0.45 + 0.55 * np.array(look.skin)
    canvas.blend(gloss, shine, 0.22 + 0.28 * look.feminine)
    ridge = canvas.trace(mouth.outer_upper[8:29], width=0.012 * unit, blur=0.01 * unit)
    canvas.blend(ridge, np.minimum(1.25 * np.array(look.skin), 1), 0.25)


def _paint_inside(
    canvas: Canvas, parameters: FaceParameters, mouth: MouthCurves
) -> None:
    unit = parameters.pose.scale
    inner = (mouth.inner,)
    canvas.blend(canvas.cover(*inner), np.array([0.2, 0.06, 0.07]))
    height = mouth.inner_lower - mouth.inner_upper
    middle = slice(6, 19)
    tongue = np.concatenate(
        [
            (mouth.inner_upper + 0.62 * height)[middle],
            (mouth.inner_lower + 0.3 * height)[middle][::-1],
        ]
    )
    patch = canvas.cover(tongue, blur=0.03 * unit, within=inner)
    canvas.blend(patch, np.array([0.72, 0.34, 0.34]), 0.85)
    if parameters.expression.teeth:
        share = min(0.72, 0.1 / parameters.expression.mouth_open)
        _paint_teeth(canvas, mouth, share * height, unit)
    ends = [mouth.inner_upper[:6].mean(axis=0), mouth.inner_upper[-6:].mean(axis=0)]
    spots = [ellipse(end, 0.06 * unit * np.eye(2), 12) for end in ends]
    patch = canvas.cover(*spots, blur=0.03 * unit, within=inner)
    canvas.multiply(patch, np.array([0.3, 0.2, 0.2]), 0.85)


def _paint_teeth(
    canvas: Canvas, mouth: MouthCurves, length: np.ndarray, unit: float
) -> None:
    inner, gum = (mouth.inner,), mouth.inner_upper
    row = np.concatenate([gum, (gum + length)[::-1]])
    patch = canvas.cover(row, blur=0.01 * unit, within=inner)
    canvas.blend(patch, np.array([0.95, 0.92, 0.87]), 0.96)
    gaps = [np.stack([gum[k], (gum + length)[k]]) for k in (5, 8, 10, 12, 14, 16, 19)]
    patch = canvas.trace(*gaps, width=0.012 * unit, within=inner)
    canvas.multiply(patch, np.array([0.75, 0.68, 0.62]), 0.35)
    top = np.concatenate([gum, (gum + 0.15 * length)[::-1]])
    patch = canvas.cover(top, blur=0.02 * unit, within=inner)
    canvas.multiply(patch, np.array([0.45, 0.3, 0.3]), 0.8)
