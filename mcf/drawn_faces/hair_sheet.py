"""Shape of the hair: a sheet between its outline and the opening for the face."""

from dataclasses import dataclass

import numpy as np

from mcf.drawn_faces import planar
from mcf.drawn_faces.curves import resample, smooth_curve
from mcf.drawn_faces.parameters import FaceParameters, Hair, generator
from mcf.drawn_faces.surface import HeadSurface

SAMPLES = 97  # points along the outline and along the opening
LONG_STYLES = ("bob", "long", "bangs")
EAR_LEVEL = 0.12  # where short hair ends at the side, head units


@dataclass(frozen=True)
class HairSheet:
    """Front hair: two curves from the lower left over the top to the lower right.

    Attributes:
        outline: ``[SAMPLES, 2]`` outer edge in the image.
        opening: ``[SAMPLES, 2]`` edge towards the face.
        flow: ``[SAMPLES, 2]`` the opening without its jags, for the strands.
    """

    outline: np.ndarray
    opening: np.ndarray
    flow: np.ndarray

    @property
    def polygon(self) -> np.ndarray:
        """Closed polygon of the sheet."""
        return np.concatenate([self.outline, self.opening[::-1]])

    def at(self, depth: np.ndarray, along: np.ndarray) -> np.ndarray:
        """Points ``[..., 2]`` inside: depth 0 at the opening, 1 at the outline."""
        place = np.clip(along, 0.0, 1.0) * (SAMPLES - 1)
        low = np.minimum(place.astype(int), SAMPLES - 2)
        rest = (place - low)[..., None]
        inner = self.flow[low] * (1 - rest) + self.flow[low + 1] * rest
        outer = self.outline[low] * (1 - rest) + self.outline[low + 1] * rest
        return inner + depth[..., None] * (outer - inner)

    def band(self, low: np.ndarray, high: np.ndarray, along: np.ndarray) -> np.ndarray:
        """Closed polygon between two depths over a stretch of the sheet."""
        ends = (np.broadcast_to(depth, along.shape) for depth in (low, high))
        first, last = (self.at(depth, along) for depth in ends)
        return np.concatenate([first, last[::-1]])


def build_sheet(parameters: FaceParameters, surface: HeadSurface) -> HairSheet | None:
    """Front hair of a face, or None for a bald head."""
    if parameters.hair.style == "bald":
        return None
    rng = generator(parameters.seed, 3)
    outline = _outline(parameters, surface, rng)
    opening = _opening(parameters, surface, rng)
    opening = resample(opening, SAMPLES)
    return HairSheet(resample(outline, SAMPLES), opening, _smoothed(opening))


def _smoothed(curve: np.ndarray) -> np.ndarray:
    """Running mean over nine points, ends repeated."""
    padded = np.concatenate([curve[:1]] * 4 + [curve] + [curve[-1:]] * 4)
    total = np.concatenate([np.zeros((1, 2)), padded.cumsum(axis=0)])
    return (total[9:] - total[:-9]) / 9


def _outline(
    parameters: FaceParameters, surface: HeadSurface, rng: np.random.Generator
) -> np.ndarray:
    hair = parameters.hair
    angle = np.linspace(0.0, 2 * np.pi, 96, endpoint=False)
    rough = sum(
        np.sin(k * angle + rng.uniform(0, 2 * np.pi)) / np.sqrt(k) for k in (3, 5, 8)
    )
    growth = hair.volume * (1 + 0.06 * rough)
    if hair.style == "curly":
        growth = growth + 0.03 * np.sin(31 * angle) + 0.02 * np.sin(47 * angle)
    if hair.style in ("short", "swept"):
        growth = growth + 0.1 * np.clip(-np.sin(angle), 0, 1) ** 3
    skull = surface.skull_outline(growth)
    top = skull[50:95]  # from the left (48) over the top (72) to the right (96)
    if hair.style in LONG_STYLES:
        levels = np.linspace(0.0, hair.length, 7)
        phase = rng.uniform(0, 6, 2)[:, None]
        wave = 0.1 * hair.wave * np.sin(4.2 * levels + phase)
        shape = np.interp(levels / hair.length, [0, 0.4, 0.9, 1], [0, 0.03, 0, -0.12])
        x = 1.03 + hair.volume + wave + shape
    else:
        levels = np.linspace(0.0, EAR_LEVEL, 3)
        x = np.full((2, 3), 1.03 + 0.3 * hair.volume)
    left, right = (_side(surface, side * row, levels) for side, row in zip((-1, 1), x))
    return np.concatenate([left[::-1], top, right])


def _side(surface: HeadSurface, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Visible edge of a lock that is as thick as the side of the head."""
    points = [
        surface.project(np.stack([x, y, np.full_like(y, z)], axis=1))
        for z in (0.0, -0.55)
    ]
    outward = np.sign(x[0]) * surface.rotation[:2, 0]
    reach = [(p @ outward).mean() for p in points]
    return smooth_curve(points[int(np.argmax(reach))], steps=4)


def _opening(
    parameters: FaceParameters, surface: HeadSurface, rng: np.random.Generator
) -> np.ndarray:
    """Edge of the hair around the face, from image left to right."""
    hair = parameters.hair
    middle = _front_edge(hair, rng)
    if hair.style in LONG_STYLES:
        low = hair.length
        sides = np.array([(0.92, 0.0), (0.95, 0.5), (0.9, 0.8 * low), (0.97, low)])
        sides[1:3, 0] += 0.06 * hair.wave * rng.normal(size=2)
    else:
        sides = np.array([(0.975, -0.08), (0.975, EAR_LEVEL + 0.04)])
    sides = smooth_curve(sides, steps=6)
    # On the far side of a turned head the hair is seen over the cheek's edge.
    turn = surface.pose.yaw
    depths = (-0.04 + 0.45 * max(-turn, 0.0), -0.04 + 0.45 * max(turn, 0.0))
    left, right = (
        surface.project(np.insert(sides * (side, 1), 2, depth, axis=1))
        for side, depth in zip((-1, 1), depths)
    )
    middle = surface.silhouette(middle, np.array([0.0, 0.3]), reach=0.4)
    return np.concatenate([left[::-1], middle, right])


def _front_edge(hair: Hair, rng: np.random.Generator) -> np.ndarray:
    """Planar edge over the forehead, from image left to right, head units."""
    line = planar.hairline(hair)[::-1]
    if hair.style == "bangs":
        fringe = -0.46 - 0.12 * rng.random()
        x = np.linspace(-0.88, 0.88, 45)
        tips = 0.05 * np.abs(np.sin(rng.uniform(8, 12) * x)) + 0.015 * rng.normal(
            size=len(x)
        )
        return np.stack([x, fringe + 0.14 * x**2 - tips], axis=1)
    if hair.style in ("bob", "long"):
        part, reach = 0.5 * hair.part, np.array([0.12, 0.38, 0.62, 0.82])
        drop = np.array([0.07, 0.25, 0.47, 0.72]) * rng.uniform(0.7, 1.1)
        y = hair.hairline + drop
        right = np.stack([part + (1 - part) * reach, y], axis=1)
        left = np.stack([part - (1 + part) * reach, y], axis=1)
        top = [(part, hair.hairline - 0.06)]
        return smooth_curve(np.concatenate([left[::-1], top, right]), steps=5)
    shift = np.full(len(line), 0.02)
    rough = np.abs(line[:, 0]) < 0.9
    if hair.style == "swept":
        x = line[:, 0] * np.sign(hair.part)
        shift = shift + 0.55 * np.clip(0.75 - np.abs(x + 0.3), 0, None)
    jag = {"buzz": 0.01, "bun": 0.006}.get(hair.style, 0.026)
    shift = shift + jag * rng.normal(size=len(line)) * rough
    return line + np.stack([0 * shift, shift], axis=1)
