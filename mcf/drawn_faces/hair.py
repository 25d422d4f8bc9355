"""Paints hair: mass behind the head, front sheet, light and strands."""

import numpy as np

from mcf.drawn_faces.canvas import Canvas
from mcf.drawn_faces.curves import ellipse
from mcf.drawn_faces.hair_sheet import LONG_STYLES, HairSheet
from mcf.drawn_faces.labels import Label
from mcf.drawn_faces.parameters import FaceParameters, generator
from mcf.drawn_faces.skin import light_direction
from mcf.drawn_faces.surface import HeadSurface

STRAND_WIDTH = 0.003  # of the image


def paint_back_hair(
    canvas: Canvas,
    parameters: FaceParameters,
    surface: HeadSurface,
    sheet: HairSheet | None,
) -> None:
    """Paints and labels the hair behind neck and ears."""
    if sheet is None:
        return
    hair, colour = parameters.hair, np.array(parameters.look.hair)
    if hair.style == "bun":
        _paint_bun(canvas, parameters, surface)
    shapes = [surface.skull_outline(hair.volume)]
    if hair.style in (*LONG_STYLES, "curly"):
        shapes.append(sheet.outline)
    canvas.blend(canvas.cover(*shapes), 0.5 * colour)
    for shape in shapes:
        canvas.mark(shape, Label.HAIR)


def _paint_bun(
    canvas: Canvas, parameters: FaceParameters, surface: HeadSurface
) -> None:
    colour, unit = np.array(parameters.look.hair), parameters.pose.scale
    middle = surface.project(np.array([0.25 * parameters.hair.part, -1.72, -0.5]))
    bun = ellipse(middle, 0.4 * unit * np.diag([1.0, 0.85]), 40)
    canvas.blend(canvas.cover(bun), 0.85 * colour)
    light = light_direction(parameters)[:2]
    shine = ellipse(middle + 0.14 * unit * light, 0.2 * unit * np.diag([1.0, 0.5]))
    patch = canvas.cover(shine, blur=0.08 * unit, within=(bun,))
    canvas.blend(patch, np.minimum(1.5 * colour + 0.08, 1), 0.6)
    rings = [middle + r * (bun[4:30] - middle) for r in (0.35, 0.55, 0.72, 0.86)]
    patch = canvas.trace(*rings, width=STRAND_WIDTH)
    canvas.blend(patch, 0.5 * colour, 0.5)
    canvas.mark(bun, Label.HAIR)


def paint_front_hair(
    canvas: Canvas, parameters: FaceParameters, sheet: HairSheet | None
) -> None:
    """Paints the sheet of hair over skull, forehead and ears, and labels it."""
    if sheet is None:
        return
    unit = parameters.pose.scale
    colour = np.array(parameters.look.hair)
    rng = generator(parameters.seed, 4)
    style = parameters.hair.style
    if style == "buzz":
        patch = canvas.cover(sheet.polygon, blur=0.04 * unit)
        canvas.blend(patch, colour, 0.85)
    else:
        # The hair's shadow on the skin, away from the light.
        shift = 0.06 * unit * light_direction(parameters)[:2]
        band = np.concatenate([sheet.opening, sheet.opening[::-1] - shift])
        cast = canvas.cover(band, blur=0.04 * unit)
        canvas.multiply(cast, np.array([0.55, 0.42, 0.38]), 0.7)
        canvas.blend(canvas.cover(sheet.polygon, blur=0.01 * unit), colour)
    canvas.mark(sheet.polygon, Label.HAIR)
    _paint_light(canvas, parameters, sheet)
    if style == "curly":
        lines = _curls(sheet, rng, unit)
    elif style == "buzz":
        lines = _stipple(sheet, rng)
    else:
        lines = _strands(parameters, sheet, rng)
    # Strands of pale hair differ little from each other.
    vivid = 1.0 if colour.max() < 0.6 else 0.5
    for rows, tone, opacity in (
        (slice(0, None, 3), 0.5 * colour, 0.55),
        (slice(1, None, 3), np.minimum(1.35 * colour + 0.04, 1), 0.4),
        (slice(2, None, 3), np.minimum(1.8 * colour + 0.08, 1), 0.25),
    ):
        patch = canvas.trace(*lines[rows], width=STRAND_WIDTH)
        canvas.blend(patch, tone, vivid * opacity)


def _paint_light(canvas: Canvas, parameters: FaceParameters, sheet: HairSheet) -> None:
    """Shade at the roots and on the far side, a band of light on the crown."""
    colour, within = np.array(parameters.look.hair), (sheet.polygon,)
    unit, light = parameters.pose.scale, light_direction(parameters)
    away = np.linspace(0.0, 0.5, 25) if light[0] > 0 else np.linspace(0.5, 1.0, 25)
    patch = canvas.cover(sheet.band(0.0, 1.0, away), blur=0.2 * unit, within=within)
    canvas.multiply(patch, np.array([0.42] * 3), parameters.scene.contrast)
    along = np.linspace(0.0, 1.0, 49)
    patch = canvas.cover(sheet.band(0.0, 0.12, along), blur=0.06 * unit, within=within)
    canvas.multiply(patch, np.array([0.5] * 3), 0.55)
    middle = 0.5 + 0.15 * np.sign(light[0])
    along = np.linspace(middle - 0.2, middle + 0.2, 25)
    swell = 0.17 * np.sin(np.linspace(0, np.pi, 25))
    band = sheet.band(0.58 - swell, 0.58 + swell, along)
    patch = canvas.cover(band, blur=0.08 * unit, within=within)
    canvas.blend(patch, np.minimum(1.6 * colour + 0.1, 1), 0.6)


def _strands(
    parameters: FaceParameters, sheet: HairSheet, rng: np.random.Generator
) -> np.ndarray:
    """``[N, P, 2]`` lines that follow the way the hair is combed."""
    hair = parameters.hair
    fringe = hair.style == "bangs"
    count, t = 120, np.linspace(0.0, 1.0, 12)
    side = rng.choice([-1.0, 1.0], (count, 1))
    # Down both sides of the parting, along the sheet; a fringe leaves the sides.
    parting = 0.5 if fringe else 0.5 + 0.14 * hair.part
    start = rng.beta(1.0, 2.0, (count, 1)) * (0.2 if fringe else 0.42)
    start = parting + side * (start + (0.24 if fringe else 0.0))
    along = start + side * rng.uniform(0.12, 0.4, (count, 1)) * t
    depth = rng.uniform(0.0, 1.01, (count, 1))
    ripple = np.sin(t * rng.uniform(5, 9) + rng.uniform(0, 6.28, (count, 1)))
    depth = depth + (0.012 + 0.05 * hair.wave) * ripple
    crossing = {"bangs": 0.6, "short": 0.94, "swept": 0.94, "bun": 0.9}
    if hair.style in crossing:
        # From the crown to the forehead, across the sheet.
        across = rng.random((count, 1)) < crossing[hair.style]
        top = 0.5 + (0.24 if fringe else 0.35) * rng.uniform(-1, 1, (count, 1))
        lean = {"bangs": 0.0, "bun": 0.1 * (0.5 - top)}.get(
            hair.style, 0.16 * np.sign(hair.part)
        )
        bend = top + lean * t**2 + 0.003 * ripple
        fall = rng.uniform(0.3, 1.02, (count, 1))
        drop = fall - rng.uniform(0.4, 0.9, (count, 1)) * t
        along = np.where(across, bend, along)
        depth = np.where(across, np.maximum(drop, -0.015), depth)
    return sheet.at(depth, np.broadcast_to(along, depth.shape))


def _curls(sheet: HairSheet, rng: np.random.Generator, unit: float) -> np.ndarray:
    """``[N, P, 2]`` short arcs all over the sheet."""
    count = 160
    middle = sheet.at(rng.uniform(0.02, 0.98, count), rng.uniform(0.02, 0.98, count))
    turn = rng.uniform(0, 6.28, (count, 1)) + np.linspace(0, 4.0, 9)
    radius = unit * rng.uniform(0.04, 0.1, (count, 1))
    arcs = np.stack([radius * np.cos(turn), radius * np.sin(turn)], axis=2)
    return middle[:, None] + arcs


def _stipple(sheet: HairSheet, rng: np.random.Generator) -> np.ndarray:
    """``[N, 2, 2]`` very short hairs."""
    count = 260
    depth, along = rng.uniform(0.0, 0.97, (2, count))
    tip = sheet.at(depth + 0.05, along + 0.004)
    return np.stack([sheet.at(depth, along), tip], axis=1)
