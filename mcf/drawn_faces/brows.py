"""Paints eyebrows hair by hair."""

import numpy as np

from mcf.drawn_faces.canvas import Canvas
from mcf.drawn_faces.geometry import BrowCurves, FaceGeometry
from mcf.drawn_faces.labels import Label
from mcf.drawn_faces.parameters import FaceParameters, generator

HAIRS = 34  # strokes in a brow


def paint_brows(
    canvas: Canvas, parameters: FaceParameters, geometry: FaceGeometry
) -> None:
    """Paints and labels both brows."""
    rng = generator(parameters.seed, 2)
    unit, ink = parameters.pose.scale, np.array(parameters.look.brow)
    outlines = [brow.outline for brow in geometry.brows]
    canvas.blend(canvas.cover(*outlines, blur=0.014 * unit), ink, 0.78)
    hairs = [hair for brow in geometry.brows for hair in _hairs(brow, rng)]
    canvas.blend(canvas.trace(*hairs[::2], width=0.003), 0.7 * ink, 0.5)
    canvas.blend(canvas.trace(*hairs[1::2], width=0.003), 1.15 * ink, 0.5)
    # Left and right are the person's own: the left brow is at image right.
    for outline, label in zip(outlines, (Label.RIGHT_BROW, Label.LEFT_BROW)):
        canvas.mark(outline, label)


def _hairs(brow: BrowCurves, rng: np.random.Generator) -> list[np.ndarray]:
    """Strokes from the lower edge outwards to the upper edge."""
    index = rng.integers(2, len(brow.top), HAIRS)
    ahead = np.maximum(index - 3, 0)
    low, high = rng.uniform(0.0, 0.5, (2, HAIRS, 1))
    height = brow.top - brow.bottom
    root = brow.bottom[index] + low * height[index]
    tip = brow.top[ahead] - high * height[ahead]
    return list(np.stack([root, tip], axis=1))
