"""Neck, shoulders, clothes and ears."""

from collections.abc import Callable

import numpy as np

from mcf.drawn_faces.canvas import Canvas
from mcf.drawn_faces.curves import smooth_curve
from mcf.drawn_faces.labels import Label
from mcf.drawn_faces.parameters import FaceParameters
from mcf.drawn_faces.skin import light_direction
from mcf.drawn_faces.surface import HeadSurface


def paint_body(
    canvas: Canvas, parameters: FaceParameters, surface: HeadSurface
) -> None:
    """Paints neck and clothes; both are labelled as background."""
    pose, unit = parameters.pose, parameters.pose.scale
    broad = 0.66 - 0.12 * parameters.look.feminine
    top = surface.project(np.array([(-broad, 0.3, -0.5), (broad, 0.3, -0.5)]))
    sway = np.array([pose.x - 0.9 * unit * np.sin(pose.roll), pose.y])

    def low(x: float, y: float) -> np.ndarray:
        return sway + unit * np.array([x, y])

    left = smooth_curve(
        np.array([top[0], low(-broad, 1.62), low(-1.05, 1.93), low(-2.6, 2.3)])
    )
    right = smooth_curve(
        np.array([top[1], low(broad, 1.62), low(1.05, 1.93), low(2.6, 2.3)])
    )
    neck = np.concatenate([left, [low(-2.6, 4), low(2.6, 4)], right[::-1]])
    tone = np.array(parameters.look.skin)
    canvas.blend(canvas.cover(neck), 0.84 * tone * (1.0, 0.93, 0.9))
    canvas.mark(neck, Label.BACKGROUND)
    light = light_direction(parameters)
    dim = np.array([0.5, 0.38, 0.34])
    far = left if light[0] > 0 else right
    edge = canvas.trace(far, width=0.3 * unit, blur=0.12 * unit, within=(neck,))
    canvas.multiply(edge, dim, 0.75)
    chin = surface.place(surface.jaw) + unit * np.array([-0.1 * light[0], 0.16])
    under = canvas.cover(chin, blur=0.07 * unit, within=(neck,))
    canvas.multiply(under, dim, 0.75)
    _paint_clothes(canvas, parameters, low, broad)


def _paint_clothes(
    canvas: Canvas,
    parameters: FaceParameters,
    low: Callable[[float, float], np.ndarray],
    broad: float,
) -> None:
    extras, unit = parameters.extras, parameters.pose.scale
    colour = np.array(extras.clothing_colour)
    dip = {"crew": 2.12, "vee": 2.75, "collar": 2.35, "hood": 2.2}[extras.clothing]
    inner = [low(-broad - 0.14, 1.7), low(0, dip), low(broad + 0.14, 1.7)]
    if extras.clothing == "vee":
        neckline = np.array(inner)
    else:
        knots = [inner[0], low(-0.5, 0.3 * 1.75 + 0.7 * dip), inner[1]]
        knots += [low(0.5, 0.3 * 1.75 + 0.7 * dip), inner[2]]
        neckline = smooth_curve(np.array(knots))
    left = smooth_curve(np.array([inner[0], low(-1.15, 1.9), low(-2.6, 2.25)]))
    right = smooth_curve(np.array([inner[2], low(1.15, 1.9), low(2.6, 2.25)]))
    garment = np.concatenate([neckline, right, [low(2.6, 4), low(-2.6, 4)], left[::-1]])
    canvas.blend(canvas.cover(garment), colour)
    canvas.mark(garment, Label.BACKGROUND)
    light = light_direction(parameters)
    dark_side = left if light[0] > 0 else right
    shade = canvas.trace(
        dark_side, width=0.7 * unit, blur=0.25 * unit, within=(garment,)
    )
    canvas.multiply(shade, np.array([0.5, 0.5, 0.55]), 0.8)
    hem = canvas.trace(neckline, width=0.18 * unit, blur=0.004, within=(garment,))
    canvas.blend(hem, 0.75 * colour, 0.9)
    if extras.clothing in ("collar", "hood"):
        tall = 1.42 if extras.clothing == "collar" else 1.25
        for side in (-1, 1):
            flap = np.array(
                [
                    low(side * (broad + 0.02), tall + 0.12),
                    low(side * (broad + 0.32), tall + 0.3),
                    low(side * 0.75, dip + 0.12),
                    low(side * 0.1, dip - 0.02),
                    low(side * (broad - 0.12), 1.85),
                ]
            )
            canvas.blend(canvas.cover(flap), np.minimum(1.15 * colour + 0.04, 1))
            canvas.mark(flap, Label.BACKGROUND)
            canvas.multiply(
                canvas.trace(flap[1:4], width=0.012), np.array([0.6] * 3), 0.5
            )


def paint_ears(
    canvas: Canvas, parameters: FaceParameters, surface: HeadSurface, skin: np.ndarray
) -> None:
    """Paints both ears; the face, painted later, hides what is behind it."""
    unit, size = parameters.pose.scale, parameters.shape.ear
    shell = np.array(
        [
            (0.0, -0.12),
            (0.1, -0.25),
            (0.2, -0.2),
            (0.22, 0.02),
            (0.15, 0.25),
            (0.1, 0.42),
            (0.02, 0.46),
            (-0.05, 0.36),
        ]
    )
    for side in (-1, 1):
        out = shell[:, 0] * size

        def ear(out: np.ndarray, y: np.ndarray, side: int = side) -> np.ndarray:
            x = side * (0.97 + 0.75 * out)
            return surface.project(np.stack([x, y, -0.12 - 0.9 * out], axis=1))

        rim = smooth_curve(ear(out, 0.12 + shell[:, 1] * size))
        tone = np.array(parameters.look.skin) * (0.93, 0.8, 0.77)
        canvas.blend(canvas.cover(rim), tone)
        canvas.blend(canvas.cover(rim, within=(rim,)), skin, 0.35)
        inside = ear(0.6 * out + 0.035, 0.1 + 0.62 * shell[:, 1] * size)
        patch = canvas.cover(smooth_curve(inside), blur=0.02 * unit, within=(rim,))
        canvas.multiply(patch, np.array([0.62, 0.46, 0.42]), 0.75)
        canvas.mark(rim, Label.BACKGROUND)
