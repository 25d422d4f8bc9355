"""Everything that describes one synthetic face.

Lengths are in head units: half the width of the face at the cheekbones is 1,
the origin lies between the eyes, x points to image right, y down and z to the
viewer. Colours are RGB in 0..1.
"""

from dataclasses import dataclass

import numpy as np

Colour = tuple[float, float, float]

HAIR_STYLES = ("bald", "buzz", "short", "swept", "bangs", "bob", "long", "curly", "bun")
OCCLUDERS = ("none", "hand", "scarf", "mask", "bar", "cup")


@dataclass(frozen=True)
class Pose:
    """Rotation in radians, then placement in the image (fractions of its width).

    Positive yaw turns the face to image right, positive pitch bows it, positive
    roll tilts it clockwise. ``scale`` is the length of one head unit.
    """

    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0
    scale: float = 0.25
    x: float = 0.5
    y: float = 0.5


@dataclass(frozen=True)
class Shape:
    """Proportions of the face; ``jaw`` and ``chin`` are half widths.

    ``iris`` is a radius, ``mouth_place`` where the mouth lies between the base of the
    nose (0) and the chin (1).
    """

    jaw: float = 0.8
    chin: float = 0.3
    chin_y: float = 1.68
    eye_x: float = 0.45
    eye_width: float = 0.235
    eye_height: float = 0.2
    eye_slant: float = 0.02
    iris: float = 0.118
    brow_y: float = -0.36
    brow_arch: float = 0.06
    brow_width: float = 0.085
    nose_length: float = 0.62
    nose_width: float = 0.25
    nose_height: float = 0.34
    mouth_width: float = 0.36
    mouth_place: float = 0.42
    upper_lip: float = 0.085
    lower_lip: float = 0.12
    ear: float = 1.0


@dataclass(frozen=True)
class Expression:
    """How the face moves; 0 is neutral unless said otherwise.

    ``eye_left`` and ``eye_right`` (of the image) are openness, 1 is neutral.
    ``mouth_open`` is the height of the opening; ``skew`` lifts one corner.
    """

    smile: float = 0.1
    mouth_open: float = 0.0
    teeth: bool = True
    skew: float = 0.0
    eye_left: float = 1.0
    eye_right: float = 1.0
    brow_raise: float = 0.0
    brow_frown: float = 0.0
    gaze_x: float = 0.0
    gaze_y: float = 0.0


@dataclass(frozen=True)
class Look:
    """Colours, age (0 young, 1 old) and femininity (0 to 1) of the drawing."""

    skin: Colour = (0.9, 0.72, 0.58)
    hair: Colour = (0.25, 0.16, 0.1)
    brow: Colour = (0.22, 0.14, 0.1)
    iris: Colour = (0.35, 0.22, 0.12)
    lips: Colour = (0.75, 0.38, 0.36)
    age: float = 0.3
    feminine: float = 0.5
    blush: float = 0.3
    freckles: float = 0.0
    beard: float = 0.0
    moustache: float = 0.0


@dataclass(frozen=True)
class Hair:
    """Cut of the hair; ``part`` from -1 to 1 and ``length`` in head units."""

    style: str = "short"
    volume: float = 0.12
    length: float = 1.6
    part: float = 0.3
    wave: float = 0.0
    hairline: float = -1.08
    receding: float = 0.1


@dataclass(frozen=True)
class Extras:
    """Things worn or held; ``glasses`` is none, round, square or sun."""

    glasses: str = "none"
    glasses_colour: Colour = (0.12, 0.1, 0.1)
    occluder: str = "none"
    occluder_colour: Colour = (0.6, 0.2, 0.2)
    occluder_side: float = 1.0
    clothing: str = "crew"
    clothing_colour: Colour = (0.25, 0.35, 0.5)


@dataclass(frozen=True)
class Scene:
    """Light, backdrop and camera; ``blur`` in image widths, ``noise`` in 0..1."""

    light_x: float = -0.4
    light_y: float = -0.5
    contrast: float = 0.5
    warmth: float = 0.0
    exposure: float = 1.0
    backdrop: str = "gradient"
    backdrop_colours: tuple[Colour, Colour, Colour] = (
        (0.55, 0.65, 0.72),
        (0.3, 0.38, 0.48),
        (0.8, 0.75, 0.65),
    )
    blur: float = 0.0
    noise: float = 0.01


@dataclass(frozen=True)
class FaceParameters:
    """Full description of a face; ``seed`` fixes strands, freckles and noise."""

    seed: int = 0
    pose: Pose = Pose()
    shape: Shape = Shape()
    expression: Expression = Expression()
    look: Look = Look()
    hair: Hair = Hair()
    extras: Extras = Extras()
    scene: Scene = Scene()


def generator(seed: int, stream: int) -> np.random.Generator:
    """Independent random stream of a face, never the global one."""
    return np.random.Generator(np.random.PCG64([seed, stream]))
