"""Paints eyes: eyeball, iris, lids and lashes; both eyes at once."""

import numpy as np

from mcf.drawn_faces.canvas import Canvas
from mcf.drawn_faces.curves import ellipse, offset_band
from mcf.drawn_faces.geometry import EyeCurves, FaceGeometry
from mcf.drawn_faces.labels import Label
from mcf.drawn_faces.parameters import FaceParameters, generator
from mcf.drawn_faces.skin import light_direction

MIDDLE = 12  # index of the middle of a lid
SHADOW = np.array([0.55, 0.38, 0.34])


def paint_eyes(
    canvas: Canvas, parameters: FaceParameters, geometry: FaceGeometry
) -> None:
    """Paints and labels both eyes."""
    unit = parameters.pose.scale
    open_eyes = [
        eye
        for eye in geometry.eyes
        if np.linalg.norm(eye.lower[MIDDLE] - eye.upper[MIDDLE]) > 0.03 * unit
    ]
    if open_eyes:
        _paint_eyeballs(canvas, parameters, open_eyes)
    _paint_lids(canvas, parameters, geometry.eyes)
    # Left and right are the person's own: the left eye is at image right.
    for eye, label in zip(geometry.eyes, (Label.RIGHT_EYE, Label.LEFT_EYE)):
        canvas.mark(eye.opening, label)


def _paint_eyeballs(
    canvas: Canvas, parameters: FaceParameters, eyes: list[EyeCurves]
) -> None:
    unit, light = parameters.pose.scale, light_direction(parameters)
    colour = np.array(parameters.look.iris)
    within = tuple(eye.opening for eye in eyes)
    white = np.array([0.95, 0.93, 0.91]) * (0.98 - 0.1 * parameters.scene.contrast)
    canvas.blend(canvas.cover(*within), white)
    corners = [
        ellipse(end, 0.075 * unit * np.eye(2), 12)
        for eye in eyes
        for end in (eye.upper[0], eye.upper[-1])
    ]
    pink = canvas.cover(*corners, blur=0.03 * unit, within=within)
    canvas.multiply(pink, np.array([0.74, 0.58, 0.56]), 0.75)

    def discs(radius: float) -> list[np.ndarray]:
        return [eye.pupil + radius * (eye.iris - eye.pupil) for eye in eyes]

    def spots(shift: np.ndarray, radius: float) -> list[np.ndarray]:
        axes = radius * unit * np.eye(2)
        return [ellipse(eye.pupil + unit * shift, axes, 12) for eye in eyes]

    rim = canvas.cover(*discs(1.0), blur=0.012 * unit, within=within)
    canvas.blend(rim, 0.35 * colour, 0.95)
    canvas.blend(canvas.cover(*discs(0.86), blur=0.016 * unit, within=within), colour)
    glow = canvas.cover(
        *spots(-0.05 * light[:2], 0.06), blur=0.022 * unit, within=within
    )
    canvas.blend(glow, np.minimum(1.8 * colour + 0.06, 1.0), 0.75)
    canvas.blend(
        canvas.cover(*discs(0.42), blur=0.008 * unit, within=within),
        np.array([0.03, 0.02, 0.02]),
    )
    shade = [
        np.concatenate(
            [eye.upper, eye.upper[::-1] + 0.26 * (eye.lower - eye.upper)[MIDDLE]]
        )
        for eye in eyes
    ]
    cast = canvas.cover(*shade, blur=0.025 * unit, within=within)
    canvas.multiply(cast, np.array([0.42, 0.36, 0.38]), 0.75)
    toward = np.array([np.sign(light[0]), -0.9])
    white = np.ones(3)
    canvas.blend(canvas.cover(*spots(0.045 * toward, 0.03), within=within), white, 0.95)
    small = canvas.cover(*spots(-0.048 * toward, 0.015), within=within)
    canvas.blend(small, white, 0.4)


def _paint_lids(
    canvas: Canvas, parameters: FaceParameters, eyes: tuple[EyeCurves, EyeCurves]
) -> None:
    look, unit = parameters.look, parameters.pose.scale
    if look.feminine > 0.6:
        bands = [np.concatenate([eye.upper, eye.crease[::-1]]) for eye in eyes]
        canvas.multiply(canvas.cover(*bands, blur=0.025 * unit), SHADOW, 0.45)
    swell = np.sin(np.linspace(0.3, 2.9, 23))
    creases = [offset_band(eye.crease[1:-1], 0.024 * unit * swell) for eye in eyes]
    canvas.multiply(canvas.cover(*creases, blur=0.01 * unit), SHADOW, 0.75)
    rims = canvas.trace(
        *(eye.lower for eye in eyes), width=0.014 * unit, blur=0.007 * unit
    )
    canvas.multiply(rims, np.array([0.6, 0.4, 0.38]), 0.55)
    bags = [
        eye.lower[4:-3] + (0.24 + 0.05 * look.age) * (eye.lower - eye.crease)[MIDDLE]
        for eye in eyes
    ]
    patch = canvas.trace(*bags, width=0.02 * unit, blur=0.018 * unit)
    canvas.multiply(patch, np.array([0.72, 0.58, 0.55]), 0.15 + 0.4 * look.age)
    u = np.linspace(0.0, 1.0, len(eyes[0].upper))
    width = (0.03 + 0.03 * look.feminine) * unit
    width = width * (0.3 + 0.7 * np.sin(np.pi * u**0.8))
    edges = [offset_band(eye.upper, width) for eye in eyes]
    ink = 0.25 * np.array(look.brow) * (0.8, 0.7, 0.7)
    canvas.blend(canvas.cover(*edges, blur=0.008 * unit), ink, 0.92)
    if look.feminine > 0.45:
        rng = generator(parameters.seed, 8)
        lashes = [
            lash for eye in eyes for lash in _lashes(eye, unit * look.feminine, rng)
        ]
        canvas.blend(canvas.trace(*lashes, width=0.0025), ink, 0.55)


def _lashes(
    eye: EyeCurves, length: float, rng: np.random.Generator
) -> list[np.ndarray]:
    up = (eye.crease - eye.lower)[MIDDLE]
    up = up / np.linalg.norm(up)
    out = eye.upper[0] - eye.upper[-1]
    out = out / np.linalg.norm(out)
    roots = eye.upper[:19:2]
    fan = np.linspace(1.0, -0.5, len(roots))[:, None]
    reach = np.linspace(1.0, 0.6, len(roots))[:, None]
    reach = reach * rng.uniform(0.75, 1.1, reach.shape)
    tips = roots + length * reach * (0.07 * up + 0.055 * fan * out)
    bends = 0.5 * (roots + tips) + 0.012 * length * out
    return list(np.stack([roots, bends, tips], axis=1))
