"""Drawn faces for networks that are to work on photographs.

The default faces are drawn for looks: large eyes, long noses. Here proportions spread
widely around those of people, and the 68 points lie where annotators of 300W put them.
"""

from dataclasses import replace

import numpy as np

from mcf.drawn_faces.face import SyntheticFace, render_face
from mcf.drawn_faces.parameters import (
    OCCLUDERS,
    Expression,
    Extras,
    FaceParameters,
    Pose,
    Scene,
    Shape,
    generator,
)
from mcf.drawn_faces.sampling import sample_parameters

STREAM = 11  # of random numbers; the painters have lower ones
PROPORTIONS = {
    # middle, deviation; limits are two and a half deviations away
    "jaw": (0.86, 0.07),
    "chin": (0.36, 0.08),
    "chin_y": (1.6, 0.12),
    "eye_x": (0.42, 0.025),
    "eye_width": (0.187, 0.018),
    "eye_height": (0.13, 0.03),
    "eye_slant": (0.015, 0.03),
    "iris": (0.09, 0.008),
    "brow_y": (-0.25, 0.05),
    "brow_arch": (0.06, 0.03),
    "brow_width": (0.1, 0.025),
    "nose_length": (0.53, 0.055),
    "nose_width": (0.26, 0.035),
    "nose_height": (0.34, 0.05),
    "mouth_width": (0.37, 0.04),
    "mouth_place": (0.36, 0.035),
    "upper_lip": (0.085, 0.025),
    "lower_lip": (0.12, 0.03),
    "ear": (1.0, 0.1),
}
"""In head units. The middles bring the mean drawn face to published proportions: of
adults (Farkas, Anthropometry of the Head and Face, 1994: corners of the eyes 89 and 33
mm apart, lids 31 mm long, nose 34, mouth 52, face 137 wide) and of the mean 300W face
that OpenFace publishes with its aligner (Apache-2.0). The mean of 1,500 video frames
with automatic points, which was looked at beside them, differs little."""

JAW_START = 0.5
"""Where the contour of 300W starts, in steps of the 17 drawn points: at the eyes."""
LIP_SHIFTS = {
    # point: neighbour on the same edge and share of the way to it
    56: (55, 0.35),
    58: (59, 0.35),
    61: (62, 0.38),
    63: (62, 0.38),
    65: (66, 0.38),
    67: (66, 0.38),
}
"""The second point of an edge lies further out on the outer lips, further in on the
inner ones, than where the curves are cut into equal parts."""


def draw_lifelike(seed: int, size: int = 192) -> SyntheticFace:
    """Draws the lifelike face of a seed; ``landmarks98`` stay as drawn.

    Args:
        seed: Non-negative integer that decides everything about the face.
        size: Height and width of the image, pixels.

    Raises:
        ValueError: If the seed is negative or the size below 16.
    """
    face = render_face(lifelike_parameters(seed), size=size)
    return replace(face, landmarks68=annotated68(face.landmarks68))


def lifelike_parameters(seed: int) -> FaceParameters:
    """A face of :func:`sample_parameters` with wider, truer shape, pose and scene.

    Raises:
        ValueError: If the seed is negative.
    """
    sampled = sample_parameters(seed)
    rng = generator(seed, STREAM)
    return replace(
        sampled,
        pose=_pose(rng),
        shape=Shape(**{name: _around(rng, *PROPORTIONS[name]) for name in PROPORTIONS}),
        expression=_expression(rng, sampled.expression),
        extras=_extras(rng, sampled.extras),
        scene=_scene(rng, sampled.scene),
    )


def annotated68(points: np.ndarray) -> np.ndarray:
    """Drawn points [68,2] as annotators of 300W place them along the same curves."""
    moved = points.copy()
    place = np.linspace(JAW_START, 16 - JAW_START, 17)
    for axis in range(2):
        moved[:17, axis] = np.interp(place, np.arange(17), points[:17, axis])
    for point, (neighbour, share) in LIP_SHIFTS.items():
        moved[point] += np.float32(share) * (points[neighbour] - points[point])
    return moved


def _pose(rng: np.random.Generator) -> Pose:
    turned = rng.random() < 0.4
    return Pose(
        yaw=float(rng.uniform(-0.78, 0.78)) if turned else _around(rng, 0.0, 0.25),
        pitch=_around(rng, 0.0, 0.15),
        roll=_around(rng, 0.0, 0.1),
        scale=float(rng.uniform(0.17, 0.23)),
        x=_around(rng, 0.5, 0.02),
        y=_around(rng, 0.48, 0.02),
    )


def _expression(rng: np.random.Generator, sampled: Expression) -> Expression:
    opening = sampled.mouth_open
    if rng.random() < 0.15:
        opening = float(rng.uniform(0.05, 0.45))
    lids = float(rng.uniform(0.75, 1.2))
    return replace(
        sampled,
        smile=sampled.smile + _around(rng, 0.0, 0.15),
        mouth_open=opening,
        teeth=bool(rng.random() < 0.7),
        skew=_around(rng, 0.0, 0.015),
        eye_left=sampled.eye_left * lids,
        eye_right=sampled.eye_right * lids,
        brow_raise=sampled.brow_raise + _around(rng, 0.0, 0.03),
    )


def _extras(rng: np.random.Generator, sampled: Extras) -> Extras:
    if sampled.occluder == "none" and rng.random() < 0.1:
        return replace(sampled, occluder=str(rng.choice(OCCLUDERS[1:])))
    return sampled


def _scene(rng: np.random.Generator, sampled: Scene) -> Scene:
    return replace(
        sampled,
        light_x=float(rng.uniform(-1.0, 1.0)),
        light_y=float(rng.uniform(-0.9, 0.4)),
        contrast=float(rng.uniform(0.05, 1.0)),
    )


def _around(rng: np.random.Generator, middle: float, deviation: float) -> float:
    return middle + deviation * float(np.clip(rng.normal(), -2.5, 2.5))
