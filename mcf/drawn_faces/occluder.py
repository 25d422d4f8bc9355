"""Things in front of the face: a hand, scarf, mask, bar or cup."""

import cv2
import numpy as np

from mcf.drawn_faces.canvas import Canvas
from mcf.drawn_faces.curves import ellipse, offset_band, smooth_curve
from mcf.drawn_faces.geometry import FaceGeometry
from mcf.drawn_faces.labels import Label
from mcf.drawn_faces.parameters import FaceParameters
from mcf.drawn_faces.skin import light_direction
from mcf.drawn_faces.surface import HeadSurface


def occluder_shapes(
    parameters: FaceParameters, surface: HeadSurface, geometry: FaceGeometry
) -> list[np.ndarray]:
    """Polygons of the thing before the face, back to front; empty without one."""
    kind, side = parameters.extras.occluder, parameters.extras.occluder_side
    unit = parameters.pose.scale
    if kind == "hand":
        return _hand(surface, side, unit)
    if kind == "cup":
        middle = surface.project(np.array([side * 0.1, surface.mouth_y + 0.3, 0.95]))
        half = np.array([(-0.46, -0.3), (0.46, -0.3), (0.38, 1.6), (-0.38, 1.6)])
        angle = np.linspace(-0.5 * np.pi, 0.5 * np.pi, 13)
        loop = np.stack([0.4 + 0.32 * np.cos(angle), 0.25 + 0.3 * np.sin(angle)], 1)
        loop[:, 0] *= side
        handle = offset_band(middle + unit * loop, np.full(13, 0.11 * unit))
        return [handle, middle + unit * half]
    if kind == "bar":
        ends = np.array([(-side * 2.4, -1.3, 0.5), (side * 2.4, 1.0, 0.5)])
        return [offset_band(surface.project(ends), np.full(2, 0.24 * unit))]
    if kind in ("mask", "scarf"):
        return [_lower_cover(surface, geometry, unit, kind == "scarf")]
    return []


def _hand(surface: HeadSurface, side: float, unit: float) -> list[np.ndarray]:
    palm = surface.project(np.array([side * 0.82, 1.3, 0.7]))
    arm = np.stack([palm, palm + unit * np.array([side * 0.35, 1.6])])
    shapes = [
        offset_band(arm, unit * np.array([0.6, 0.56])),
        ellipse(palm, unit * np.diag([0.4, 0.42]), 28),
    ]
    share = np.array([0, 0.15, 0.3, 0.45, 0.6, 0.75, 0.88, 0.95, 0.985, 1.0])
    width = unit * np.array([0.2, 0.2, 0.2, 0.19, 0.19, 0.18, 0.165, 0.13, 0.08, 0.02])
    for index, length in enumerate((0.66, 0.84, 0.88, 0.74)):
        root = palm + unit * np.array([(index - 1.5) * 0.185, -0.2])
        reach = unit * length * np.array([0.09 * (index - 1.5) - side * 0.12, -1.0])
        shapes.append(offset_band(root + share[:, None] * reach, width))
    return shapes


def _lower_cover(
    surface: HeadSurface, geometry: FaceGeometry, unit: float, is_scarf: bool
) -> np.ndarray:
    top = surface.nose_tip_y - 0.22
    half = np.array([(0.97, top + 0.1), (0.5, top + 0.06), (0.0, top - 0.08)])
    upper = smooth_curve(np.concatenate([half, half[-2::-1] * (-1, 1)]))
    upper = surface.silhouette(upper, np.array([0.0, 0.3]), reach=0.5)
    low = geometry.jaw[13:-13]
    outward = low - geometry.jaw.mean(axis=0)
    low = low + (0.14 if is_scarf else 0.04) * outward
    if is_scarf:
        fall = np.sin(np.linspace(0, np.pi, len(low)))[:, None]
        low = low + unit * np.array([0.0, 0.7]) * fall**0.5
    return np.concatenate([low, upper])


def paint_occluder(
    canvas: Canvas, parameters: FaceParameters, shapes: list[np.ndarray]
) -> None:
    """Paints the thing and labels it as background."""
    if not shapes:
        return
    unit, light = parameters.pose.scale, light_direction(parameters)
    kind = parameters.extras.occluder
    colour = np.array(parameters.extras.occluder_colour)
    if kind == "hand":
        colour = np.array(parameters.look.skin) * (0.97, 0.9, 0.87)
    shift = unit * (np.array([0.0, 0.05]) - 0.06 * light[:2])
    cast = canvas.cover(*(shape + shift for shape in shapes), blur=0.06 * unit)
    canvas.multiply(cast, np.array([0.45, 0.36, 0.34]), 0.6)
    for shape in shapes:
        canvas.blend(canvas.cover(shape, blur=0.006 * unit), colour)
        lit = shape - 0.05 * unit * light[:2]
        edge = np.concatenate([lit, lit[:1]])
        rim = canvas.trace(edge, width=0.1 * unit, blur=0.035 * unit, within=(shape,))
        canvas.multiply(rim, np.array([0.6, 0.47, 0.44]), 0.6)
        canvas.mark(shape, Label.BACKGROUND)
    _paint_texture(canvas, parameters, shapes, colour)


def _paint_texture(
    canvas: Canvas,
    parameters: FaceParameters,
    shapes: list[np.ndarray],
    colour: np.ndarray,
) -> None:
    """Folds of cloth, nails of a hand, a stripe round a cup."""
    unit, kind = parameters.pose.scale, parameters.extras.occluder
    front = shapes[-1]
    low, high = front.min(axis=0), front.max(axis=0)
    if kind in ("mask", "scarf"):
        x = np.linspace(low[0], high[0], 15)
        sag = np.sin(np.linspace(0, np.pi, 15)) * 0.18 * unit
        levels = np.linspace(low[1], high[1], 6)[1:-1] - 0.09 * unit
        folds = [np.stack([x, level + sag], axis=1) for level in levels]
        dark = canvas.trace(
            *folds, width=0.03 * unit, blur=0.014 * unit, within=(front,)
        )
        canvas.multiply(dark, np.array([0.62, 0.62, 0.66]), 0.7)
        ridges = [fold - (0, 0.05 * unit) for fold in folds]
        lit = canvas.trace(
            *ridges, width=0.04 * unit, blur=0.02 * unit, within=(front,)
        )
        canvas.blend(lit, np.minimum(1.3 * colour + 0.1, 1), 0.5)
    elif kind == "hand":
        nails = []
        for finger in shapes[2:]:
            tip = finger[len(finger) // 2 - 1]
            along = tip - finger[0]
            along = along / np.linalg.norm(along)
            across = np.array([-along[1], along[0]])
            axes = unit * np.stack([0.055 * across, 0.075 * along])
            nails.append(ellipse(tip - 0.11 * unit * along, axes, 14))
        pale = 0.6 * colour + 0.4 * np.array([1.0, 0.85, 0.82])
        canvas.blend(canvas.cover(*nails, blur=0.006 * unit), pale, 0.8)
    elif kind == "cup":
        left, right = front[0], front[1]
        down = unit * np.array([0.0, 0.2])
        stripe = np.stack([left + down, right + down])
        patch = canvas.trace(stripe, width=0.08 * unit, within=(front,))
        canvas.blend(patch, np.minimum(1.5 * colour + 0.2, 1), 0.8)
        rim = ellipse(0.5 * (left + right), np.diag([0.46, 0.07]) * unit, 32)
        canvas.blend(canvas.cover(rim), 0.55 * colour)


def hidden(points: np.ndarray, shapes: list[np.ndarray]) -> np.ndarray:
    """``[N]`` bool: which image points lie under the given polygons."""
    covered = np.zeros(len(points), bool)
    for shape in shapes:
        contour = shape.astype(np.float32)
        for index, point in enumerate(points.tolist()):
            covered[index] |= cv2.pointPolygonTest(contour, point, False) >= 0
    return covered
