"""Paints beards and moustaches; on the label map they stay skin."""

import numpy as np

from mcf.drawn_faces.canvas import Canvas
from mcf.drawn_faces.curves import smooth_curve
from mcf.drawn_faces.geometry import FaceGeometry
from mcf.drawn_faces.parameters import FaceParameters, generator
from mcf.drawn_faces.surface import HeadSurface

FULL_FROM = 0.5  # a weaker beard is a goatee
HAIRS = 130


def paint_beard(
    canvas: Canvas,
    parameters: FaceParameters,
    surface: HeadSurface,
    geometry: FaceGeometry,
) -> None:
    """Paints the facial hair of a face, if it has any."""
    look, unit = parameters.look, parameters.pose.scale
    areas = []
    if look.beard > FULL_FROM:
        areas.append(_full_beard(surface, geometry))
    elif look.beard > 0:
        areas.append(_goatee(surface))
    if look.moustache > 0:
        areas.append(_moustache(surface, geometry))
    if not areas:
        return
    rng = generator(parameters.seed, 6)
    colour = 0.8 * np.array(look.brow) + 0.1 * np.array(look.hair)
    opacity = 0.35 + 0.55 * max(look.beard, look.moustache)
    for area in areas:
        canvas.blend(canvas.cover(area, blur=0.035 * unit), colour, opacity)
        root = rng.uniform(area.min(axis=0), area.max(axis=0), (HAIRS, 2))
        lean = rng.normal(0, 0.25, HAIRS) + 2 * (root[:, 0] - parameters.pose.x)
        tip = root + 0.075 * unit * np.stack([lean, np.ones(HAIRS)], axis=1)
        hairs = np.stack([root, tip], axis=1)
        for half, tone in ((hairs[::2], 0.55), (hairs[1::2], 1.7)):
            patch = canvas.trace(*half, width=0.0035, within=(area,))
            canvas.blend(patch, np.minimum(tone * colour, 1), 0.5 * opacity)


def _full_beard(surface: HeadSurface, geometry: FaceGeometry) -> np.ndarray:
    mouth = surface.mouth_y
    half = [(0.93, 0.45), (0.8, 0.78), (0.55, mouth - 0.02)]
    half += [(0.44, mouth + 0.08), (0.28, mouth + 0.24), (0.0, mouth + 0.22)]
    upper = surface.place(_symmetric(half))
    return np.concatenate([geometry.jaw[8:-8], upper])


def _goatee(surface: HeadSurface) -> np.ndarray:
    mouth, chin = surface.mouth_y, surface.chin_y
    half = [(0.45, mouth + 0.05), (0.36, mouth + 0.2), (0.0, mouth + 0.24)]
    low = [(0.44, chin - 0.2), (0.3, chin - 0.03), (0.0, chin)]
    low = surface.silhouette(_symmetric(low)[::-1], np.array([0.0, 0.3]), reach=0.3)
    return np.concatenate([low, surface.place(_symmetric(half))])


def _moustache(surface: HeadSurface, geometry: FaceGeometry) -> np.ndarray:
    mouth, nose = surface.mouth_y, surface.nose_base_y
    half = [(0.46, mouth + 0.02), (0.26, nose + 0.08), (0.0, nose + 0.07)]
    return np.concatenate([geometry.mouth.outer_upper, surface.place(_symmetric(half))])


def _symmetric(right: list[tuple[float, float]]) -> np.ndarray:
    """Smooth curve from the given right half over the middle to its mirror."""
    half = np.array(right)
    return smooth_curve(np.concatenate([half, half[-2::-1] * (-1, 1)]), steps=4)
