"""Shaded skin: colour and light on the head surface, warped into the image."""

import cv2
import numpy as np

from mcf.drawn_faces.parameters import FaceParameters, generator
from mcf.drawn_faces.surface import PIVOT, HeadSurface

# The planar window that the skin texture covers, and its resolution.
LEFT, TOP, WIDTH, HEIGHT = -1.35, -1.85, 2.7, 3.9
COLUMNS, ROWS = 96, 140
INVERSE_SIDE = 72  # resolution at which pixels are traced back to the surface
INVERSE_STEPS = 7


def skin_image(
    parameters: FaceParameters, surface: HeadSurface, side: int
) -> np.ndarray:
    """``[3, side, side]`` skin as seen wherever the head would cover a pixel."""
    x = LEFT + (np.arange(COLUMNS, dtype=np.float32)[None] + 0.5) * WIDTH / COLUMNS
    y = TOP + (np.arange(ROWS, dtype=np.float32)[:, None] + 0.5) * HEIGHT / ROWS
    depth = surface.depth(x, y).astype(np.float32)
    colour = _albedo(parameters, surface, x, y)
    colour *= _light(parameters, surface, depth)
    columns, rows = _trace_back(surface, depth)
    columns = cv2.resize(columns, (side, side))
    rows = cv2.resize(rows, (side, side))
    warped = cv2.remap(
        colour, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return warped.transpose(2, 0, 1)


def light_direction(parameters: FaceParameters) -> np.ndarray:
    """Unit vector towards the light, in image axes."""
    scene = parameters.scene
    light = np.array([scene.light_x, scene.light_y, 0.8])
    return light / np.linalg.norm(light)


def shade(lambert: np.ndarray, contrast: float) -> np.ndarray:
    """Light that skin sends back, ``[..., 3]``: red fades last, shadows stay warm.

    Args:
        lambert: ``[...]`` cosine between normal and light.
        contrast: 0 flat to 1 dark shadows.
    """
    wrapped = np.clip(0.5 + 0.5 * lambert, 0.02, 1.0) ** 1.5
    level = np.log((1.04 - contrast) + contrast * wrapped).astype(np.float32)
    return np.exp(level[..., None] * np.array([0.72, 1.1, 1.25], np.float32))


def _light(
    parameters: FaceParameters, surface: HeadSurface, depth: np.ndarray
) -> np.ndarray:
    """``[rows, columns, 3]`` factor: wrapped diffuse light and a soft highlight."""
    slope_y, slope_x = np.gradient(depth, HEIGHT / ROWS, WIDTH / COLUMNS)
    light = light_direction(parameters)
    half = light + np.array([0.0, 0.0, 1.0])
    half /= np.linalg.norm(half)
    # Both directions are turned into head axes instead of turning all normals.
    light, half = light @ surface.rotation, half @ surface.rotation
    scale = 1 / np.sqrt(slope_x**2 + slope_y**2 + 1)
    lambert = (light[2] - slope_x * light[0] - slope_y * light[1]) * scale
    glance = np.clip((half[2] - slope_x * half[0] - slope_y * half[1]) * scale, 0, 1)
    gloss = (0.1 + 0.12 * parameters.scene.contrast) * glance**20
    factor = shade(lambert, 0.35 + 0.6 * parameters.scene.contrast)
    return (factor + gloss[..., None]).astype(np.float32)


def _albedo(
    parameters: FaceParameters, surface: HeadSurface, x: np.ndarray, y: np.ndarray
) -> np.ndarray:
    """``[rows, columns, 3]`` skin colour before light."""
    look, shape = parameters.look, parameters.shape
    side = np.abs(x)

    def spot(cx: float, cy: float, rx: float, ry: float) -> np.ndarray:
        return np.exp(-(((side - cx) / rx) ** 2)) * np.exp(-(((y - cy) / ry) ** 2))

    red = (0.25 + 0.6 * look.blush) * spot(0.58, 0.5, 0.26, 0.2)
    red += 0.5 * spot(0.0, surface.nose_tip_y, 0.17, 0.12)
    red += 0.3 * spot(0.0, surface.chin_y - 0.12, 0.25, 0.12)
    dark = 0.34 * spot(shape.eye_x - 0.12, 0.03, 0.3, 0.15)
    dark += (0.12 + 0.25 * look.age) * spot(shape.eye_x, 0.24, 0.2, 0.06)
    dark += 0.3 * spot(0.0, surface.nose_base_y + 0.06, 0.2, 0.05)
    dark += 0.28 * spot(0.0, surface.mouth_y + 0.24, 0.2, 0.06)
    dark += 0.2 * spot(1.05 * shape.nose_width, surface.nose_tip_y + 0.05, 0.05, 0.1)
    bluish = _stubble(parameters, surface, x, y)
    rng = generator(parameters.seed, 1)
    mottle = rng.normal(0.0, 1.0, (ROWS // 5, COLUMNS // 4)).astype(np.float32)
    mottle = cv2.resize(mottle, (COLUMNS, ROWS), interpolation=cv2.INTER_CUBIC)
    factor = np.empty((ROWS, COLUMNS, 3), np.float32)
    for channel, (r, d, b) in enumerate(
        [(0.02, -0.3, -0.5), (-0.2, -0.46, -0.45), (-0.16, -0.5, -0.36)]
    ):
        tinted = (1 + r * red) * (1 + d * dark) * (1 + b * bluish)
        factor[..., channel] = tinted * (1 + 0.012 * mottle)
    if look.freckles > 0:
        speck = cv2.GaussianBlur(
            rng.normal(0.0, 1.0, (ROWS, COLUMNS)).astype(np.float32), (0, 0), 0.6
        )
        where = spot(0.42, 0.42, 0.34, 0.18) + spot(0.0, 0.4, 0.3, 0.16)
        speck = np.clip(speck - 0.45, 0, 0.7) * where * look.freckles
        factor *= 1 - speck[..., None] * np.array([0.5, 0.75, 0.85], np.float32)
    return factor * np.array(look.skin, np.float32)


def _stubble(
    parameters: FaceParameters, surface: HeadSurface, x: np.ndarray, y: np.ndarray
) -> np.ndarray:
    """Shadow of shaved or short facial hair, 0..1."""
    look = parameters.look
    strength = 0.55 * (1 - look.feminine) ** 2 * (0.4 + 0.6 * (look.beard > 0))
    if strength < 0.02:
        return np.zeros((ROWS, COLUMNS), np.float32)
    top = surface.nose_base_y + 0.02 - 0.32 * np.clip(np.abs(x) - 0.35, 0, None)
    return strength / (1 + np.exp(-(y - top) / 0.06)) * np.ones_like(x)


def _trace_back(
    surface: HeadSurface, depth: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Texture position seen at every pixel of a coarse grid over the image.

    Solves the projection for the planar position by fixed-point steps, damped
    because a turned nose hides what is behind it.
    """
    pose, turn = surface.pose, surface.rotation
    grid = (np.arange(INVERSE_SIDE, dtype=np.float32) + 0.5) / INVERSE_SIDE
    u = (grid[None] - pose.x) / pose.scale
    v = (grid[:, None] - pose.y) / pose.scale
    a, b, c, d = np.linalg.inv(turn[:2, :2]).astype(np.float32).ravel()
    tx, ty = turn[:2, 2].astype(np.float32)
    z = np.full((INVERSE_SIDE, INVERSE_SIDE), 0.55, np.float32)
    for step in range(INVERSE_STEPS):
        du, dv = u - tx * (z - PIVOT[2]), v - ty * (z - PIVOT[2])
        x, y = a * du + b * dv + PIVOT[0], c * du + d * dv + PIVOT[1]
        columns = ((x - LEFT) * (COLUMNS / WIDTH) - 0.5).astype(np.float32)
        rows = ((y - TOP) * (ROWS / HEIGHT) - 0.5).astype(np.float32)
        if step < INVERSE_STEPS - 1:
            found = cv2.remap(
                depth, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
            )
            z += 0.7 * (found - z)
    return columns, rows
