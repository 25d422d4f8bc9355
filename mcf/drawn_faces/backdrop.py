"""Backdrops: what is behind the head."""

import cv2
import numpy as np

from mcf.drawn_faces.canvas import Canvas
from mcf.drawn_faces.curves import ellipse
from mcf.drawn_faces.parameters import FaceParameters, generator

SIDE = 48  # backdrops are out of focus: a coarse grid, enlarged smoothly


def paint_backdrop(canvas: Canvas, parameters: FaceParameters) -> None:
    """Fills the whole canvas."""
    scene = parameters.scene
    rng = generator(parameters.seed, 5)
    main, shade, accent = (np.array(c, np.float32) for c in scene.backdrop_colours)
    grid = (np.arange(SIDE, dtype=np.float32) + 0.5) / SIDE
    x, y = grid[None], grid[:, None]
    angle = rng.uniform(0, 2 * np.pi)
    ramp = 0.5 + 0.7 * ((x - 0.5) * np.cos(angle) + (y - 0.5) * np.sin(angle))
    texture = np.zeros((SIDE, SIDE), np.float32)
    for cells, weight in ((4, 0.2), (9, 0.12), (20, 0.05)):
        noise = rng.normal(0.0, 1.0, (cells, cells)).astype(np.float32)
        texture += weight * cv2.resize(
            noise, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC
        )
    strength = 1.0 if scene.backdrop == "wall" else 0.35
    ramp = np.clip(ramp + strength * texture, 0, 1)[..., None]
    picture = main + ramp * (shade - main)
    if scene.backdrop == "stripes":
        turn = rng.uniform(-0.4, 0.4)
        wave = np.sin((x + turn * y) * rng.uniform(18, 40) + rng.uniform(0, 6))
        band = np.clip(0.5 + 1.5 * wave, 0, 1)[..., None]
        picture = picture + 0.4 * band * (accent - picture)
    picture = np.clip(picture, 0, 1).astype(np.float32)
    for plane, channel in zip(canvas.image, cv2.split(picture)):
        cv2.resize(channel, plane.shape, dst=plane)
    if scene.backdrop == "bokeh":
        _paint_bokeh(canvas, accent, rng)
    elif scene.backdrop == "window":
        _paint_window(canvas, accent, shade, rng)


def _paint_bokeh(canvas: Canvas, accent: np.ndarray, rng: np.random.Generator) -> None:
    for _ in range(11):
        radius = rng.uniform(0.03, 0.11)
        disc = ellipse(rng.uniform(0, 1, 2), radius * np.eye(2), 32)
        light = np.minimum(accent * rng.uniform(0.9, 1.35, 3) + 0.1, 1.0)
        patch = canvas.cover(disc, blur=0.006)
        canvas.blend(patch, light, rng.uniform(0.2, 0.6))


def _paint_window(
    canvas: Canvas, accent: np.ndarray, shade: np.ndarray, rng: np.random.Generator
) -> None:
    left = rng.uniform(-0.3, 0.7)
    width, top = rng.uniform(0.35, 0.6), rng.uniform(-0.2, 0.2)
    low = top + rng.uniform(0.5, 0.9)
    pane = np.array(
        [(left, top), (left + width, top), (left + width, low), (left, low)]
    )
    bright = np.minimum(accent * 0.4 + 0.62, 1.0)
    canvas.blend(canvas.cover(pane, blur=0.012), bright, 0.9)
    middle = left + width / 2
    bars = [
        np.array([(middle, top), (middle, low)]),
        np.array([(left, 0.5 * (top + low)), (left + width, 0.5 * (top + low))]),
    ]
    canvas.blend(canvas.trace(*bars, width=0.022, blur=0.006), shade, 0.9)
