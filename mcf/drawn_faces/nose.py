"""Paints what light alone does not show of a nose: nostrils, wings, folds."""

import numpy as np

from mcf.drawn_faces.canvas import Canvas
from mcf.drawn_faces.curves import ellipse, offset_band
from mcf.drawn_faces.geometry import FaceGeometry
from mcf.drawn_faces.labels import Label
from mcf.drawn_faces.parameters import FaceParameters
from mcf.drawn_faces.planar import CURVE_STEPS
from mcf.drawn_faces.skin import light_direction

SHADOW = np.array([0.6, 0.43, 0.38])


def paint_nose(
    canvas: Canvas, parameters: FaceParameters, geometry: FaceGeometry
) -> None:
    """Paints and labels the nose."""
    unit = parameters.pose.scale
    base, tip = geometry.nose_base, geometry.nose_bridge[-1]
    down = (base[2] - tip) / np.linalg.norm(base[2] - tip)
    across = (base[4] - base[0]) / np.linalg.norm(base[4] - base[0])
    lean = -0.12 * light_direction(parameters)[0] * across
    under = np.concatenate([base, base[::-1] + unit * (0.11 * down + lean)])
    patch = canvas.cover(under, blur=0.035 * unit)
    canvas.multiply(patch, SHADOW, 0.5 * parameters.scene.contrast + 0.15)
    holes = []
    for inner, outer, sign in ((base[1], base[0], 1), (base[3], base[4], -1)):
        middle = 0.68 * inner + 0.32 * outer - 0.03 * unit * down
        axes = unit * np.stack([0.07 * across + 0.02 * sign * down, 0.028 * down])
        holes.append(ellipse(middle, axes, 16))
    patch = canvas.cover(*holes, blur=0.013 * unit)
    canvas.multiply(patch, np.array([0.28, 0.15, 0.12]), 0.85)
    # The crease around a wing runs along the outline, from its top to the base.
    first, last = 3 * CURVE_STEPS - 2, 6 * CURVE_STEPS + 1
    count = len(geometry.nose)
    swell = np.sin(np.linspace(0.25, np.pi - 0.4, last - first))
    wings = [
        offset_band(geometry.nose[rows], 0.035 * unit * swell)
        for rows in (slice(first, last), slice(count - last, count - first))
    ]
    patch = canvas.cover(*wings, blur=0.013 * unit)
    canvas.multiply(patch, SHADOW, 0.6)
    _paint_folds(canvas, parameters, geometry)
    canvas.mark(geometry.nose, Label.NOSE)


def _paint_folds(
    canvas: Canvas, parameters: FaceParameters, geometry: FaceGeometry
) -> None:
    """Lines from the wings of the nose past the mouth: deeper with age and smile."""
    unit = parameters.pose.scale
    smile = max(parameters.expression.smile, 0.0)
    strength = 0.5 * parameters.look.age + 0.35 * smile
    if strength < 0.15:
        return
    lip = geometry.mouth.outer_upper
    middle = lip.mean(axis=0)
    t = np.linspace(0.0, 1.0, 12)[:, None]
    bands = []
    for wing, corner in (
        (geometry.nose_base[0], lip[0]),
        (geometry.nose_base[-1], lip[-1]),
    ):
        outward = 0.28 * (corner - middle)
        start, end = wing + 0.12 * outward, corner + outward
        bend = 0.5 * (start + end) + 0.7 * outward
        line = (1 - t) ** 2 * start + 2 * t * (1 - t) * bend + t**2 * end
        bands.append(offset_band(line, 0.035 * unit * np.sin(np.pi * t[:, 0])))
    patch = canvas.cover(*bands, blur=0.02 * unit)
    canvas.multiply(patch, np.array([0.66, 0.5, 0.46]), min(strength, 0.75))
