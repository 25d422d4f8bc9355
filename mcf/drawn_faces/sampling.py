"""Random, coherent faces: age, sex, skin and hair go together."""

import numpy as np

from mcf.drawn_faces import palette
from mcf.drawn_faces.parameters import (
    HAIR_STYLES,
    OCCLUDERS,
    Expression,
    Extras,
    FaceParameters,
    Hair,
    Look,
    Pose,
    Scene,
    Shape,
    generator,
)


def sample_parameters(seed: int) -> FaceParameters:
    """Draws a varied, coherent face.

    Args:
        seed: Non-negative integer; the same seed gives the same face.

    Raises:
        ValueError: If the seed is negative.
    """
    if seed < 0:
        raise ValueError(f"seed must be >= 0, got {seed}; use a non-negative integer")
    rng = generator(seed, 0)
    feminine = float(rng.beta(0.5, 0.5))
    age = float(rng.beta(1.3, 2.2))
    look = _sample_look(rng, feminine, age)
    return FaceParameters(
        seed=seed,
        pose=_sample_pose(rng),
        shape=_sample_shape(rng, feminine),
        expression=_sample_expression(rng),
        look=look,
        hair=_sample_hair(rng, feminine, age),
        extras=_sample_extras(rng, age),
        scene=_sample_scene(rng),
    )


def _sample_pose(rng: np.random.Generator) -> Pose:
    return Pose(
        yaw=_normal(rng, 0.0, 0.26, 0.62),
        pitch=_normal(rng, 0.0, 0.12, 0.28),
        roll=_normal(rng, 0.0, 0.1, 0.3),
        scale=float(rng.uniform(0.23, 0.265)),
        x=_normal(rng, 0.5, 0.018, 0.04),
        y=_normal(rng, 0.5, 0.015, 0.03),
    )


def _sample_shape(rng: np.random.Generator, feminine: float) -> Shape:
    def around(middle: float, spread: float) -> float:
        return _normal(rng, middle, spread, 2 * spread)

    return Shape(
        jaw=around(0.84 - 0.06 * feminine, 0.045),
        chin=around(0.35 - 0.08 * feminine, 0.05),
        chin_y=around(1.6 - 0.07 * feminine, 0.06),
        eye_x=around(0.45, 0.015),
        eye_width=around(0.232 + 0.02 * feminine, 0.013),
        eye_height=around(0.185 + 0.03 * feminine, 0.02),
        eye_slant=around(0.02 + 0.01 * feminine, 0.025),
        brow_y=around(-0.31 - 0.04 * feminine, 0.025),
        brow_arch=around(0.05 + 0.035 * feminine, 0.02),
        brow_width=around(0.125 - 0.04 * feminine, 0.013),
        nose_length=around(0.64 - 0.04 * feminine, 0.035),
        nose_width=around(0.27 - 0.05 * feminine, 0.025),
        nose_height=around(0.34, 0.03),
        mouth_width=around(0.37 - 0.02 * feminine, 0.025),
        upper_lip=around(0.08 + 0.02 * feminine, 0.014),
        lower_lip=around(0.11 + 0.025 * feminine, 0.016),
        ear=around(1.0, 0.07),
    )


def _sample_expression(rng: np.random.Generator) -> Expression:
    mood = rng.choice(
        ["calm", "smile", "laugh", "surprise", "frown", "talk"],
        p=[0.26, 0.36, 0.19, 0.05, 0.05, 0.09],
    )
    smile, opening, raise_, frown, eyes = {
        "calm": (0.28, 0.0, 0.0, 0.0, 1.0),
        "smile": (0.65, 0.0, 0.02, 0.0, 0.92),
        "laugh": (1.0, 0.17, 0.05, 0.0, 0.78),
        "surprise": (0.0, 0.3, 0.13, 0.0, 1.25),
        "frown": (-0.45, 0.0, -0.03, 0.8, 0.9),
        "talk": (0.4, 0.13, 0.02, 0.0, 1.0),
    }[str(mood)]
    if mood == "smile" and rng.random() < 0.4:
        opening = 0.08
    eyes *= float(rng.uniform(0.9, 1.1))
    left = right = eyes
    lids = rng.random()
    if lids < 0.05:
        left = right = 0.0
    elif lids < 0.08:
        left = 0.0
    return Expression(
        smile=smile + _normal(rng, 0.0, 0.12, 0.25),
        mouth_open=opening * float(rng.uniform(0.7, 1.25)),
        teeth=mood != "surprise",
        skew=_normal(rng, 0.0, 0.006, 0.012),
        eye_left=left,
        eye_right=right,
        brow_raise=raise_ + _normal(rng, 0.0, 0.015, 0.03),
        brow_frown=frown * float(rng.uniform(0.5, 1.0)),
        gaze_x=_normal(rng, 0.0, 0.25, 0.7),
        gaze_y=_normal(rng, 0.1, 0.15, 0.4),
    )


def _sample_look(rng: np.random.Generator, feminine: float, age: float) -> Look:
    tone = float(rng.random())
    skin = palette.skin(tone, rng)
    hair = palette.hair(tone, age, rng)
    bearded = feminine < 0.4 and rng.random() < 0.5
    beard = float(rng.uniform(0.25, 1.0)) if bearded else 0.0
    return Look(
        skin=skin,
        hair=hair,
        brow=palette.brow(hair, skin),
        iris=palette.iris(tone, rng),
        lips=palette.lips(skin, feminine, rng),
        age=age,
        feminine=feminine,
        blush=float(rng.uniform(0.1, 0.5) + 0.3 * feminine),
        freckles=float(rng.uniform(0.4, 1.0)) if rng.random() < 0.15 else 0.0,
        beard=beard if rng.random() < 0.75 else 0.0,
        moustache=beard,
    )


def _sample_hair(rng: np.random.Generator, feminine: float, age: float) -> Hair:
    styles = np.array(
        #  bald  buzz short swept bangs bob long curly bun
        [0.14, 0.16, 0.3, 0.26, 0.04, 0.0, 0.03, 0.07, 0.0],
    ) * (1 - feminine) + feminine * np.array(
        [0.0, 0.01, 0.06, 0.08, 0.18, 0.18, 0.27, 0.12, 0.1],
    )
    style = str(rng.choice(HAIR_STYLES, p=styles / styles.sum()))
    volume = {"bald": 0.0, "buzz": 0.03, "curly": 0.27, "bun": 0.07}.get(style, 0.13)
    long = style == "long"
    return Hair(
        style=style,
        volume=volume * float(rng.uniform(0.8, 1.25)),
        length=float(rng.uniform(1.9, 2.8) if long else rng.uniform(1.0, 1.55)),
        part=float(rng.choice([-1, 1]) * rng.uniform(0.05, 0.5)),
        wave=float(rng.uniform(0.3, 1.0)) if rng.random() < 0.45 else 0.0,
        hairline=_normal(rng, -1.0, 0.05, 0.1),
        receding=float(rng.beta(1.2, 4.0) * (1 - 0.8 * feminine) * (0.5 + age)),
    )


def _sample_extras(rng: np.random.Generator, age: float) -> Extras:
    glasses = "none"
    if rng.random() < 0.18 + 0.15 * age:
        glasses = str(rng.choice(["round", "square", "sun"], p=[0.42, 0.46, 0.12]))
    occluder = "none"
    if rng.random() < 0.12:
        occluder = str(rng.choice(OCCLUDERS[1:]))
    return Extras(
        glasses=glasses,
        glasses_colour=palette.frame(rng),
        occluder=occluder,
        occluder_colour=palette.cloth(rng),
        occluder_side=float(rng.choice([-1.0, 1.0])),
        clothing=str(rng.choice(["crew", "vee", "collar", "hood"])),
        clothing_colour=palette.cloth(rng),
    )


def _sample_scene(rng: np.random.Generator) -> Scene:
    side = float(rng.choice([-1.0, 1.0]))
    return Scene(
        light_x=side * float(rng.uniform(0.1, 0.9)),
        light_y=-float(rng.uniform(0.2, 0.8)),
        contrast=float(rng.uniform(0.3, 0.7)),
        warmth=_normal(rng, 0.0, 0.035, 0.08),
        exposure=_normal(rng, 0.99, 0.05, 0.1),
        backdrop=str(rng.choice(["gradient", "bokeh", "wall", "stripes", "window"])),
        backdrop_colours=palette.backdrop(rng),
        blur=float(rng.uniform(0.003, 0.0045)) if rng.random() < 0.12 else 0.0,
        noise=float(rng.uniform(0.0, 0.012)),
    )


def _normal(
    rng: np.random.Generator, mean: float, deviation: float, limit: float
) -> float:
    return mean + float(np.clip(rng.normal(0.0, deviation), -limit, limit))
