"""Colours of people, clothes and backdrops; RGB in 0..1."""

import colorsys

import numpy as np

Colour = tuple[float, float, float]

_SKIN = np.array(
    [
        (244, 208, 183),
        (236, 191, 160),
        (228, 178, 142),
        (204, 148, 110),
        (170, 114, 78),
        (128, 82, 56),
        (98, 63, 44),
    ]
)
_DARK_HAIR = np.array([(30, 25, 25), (46, 33, 27), (66, 45, 33), (24, 22, 26)])
_LIGHT_HAIR = np.array(
    [(100, 66, 42), (130, 72, 44), (184, 98, 48), (206, 162, 100), (228, 200, 150)]
)
_GREY_HAIR = np.array([(120, 118, 118), (165, 163, 162), (215, 213, 210)])
_DYED_HAIR = np.array([(196, 92, 130), (70, 140, 150), (110, 80, 150), (150, 30, 50)])
_DARK_IRIS = np.array([(74, 44, 26), (96, 58, 30), (56, 34, 24)])
_LIGHT_IRIS = np.array([(120, 96, 50), (92, 118, 76), (86, 128, 164), (112, 126, 138)])


def skin(tone: float, rng: np.random.Generator) -> Colour:
    """Skin colour; ``tone`` runs from 0 (fair) to 1 (deep)."""
    place = tone * (len(_SKIN) - 1)
    mixed = [np.interp(place, range(len(_SKIN)), column) for column in _SKIN.T]
    jitter = rng.normal(0.0, 0.012, 3) + rng.normal(0.0, 0.015)
    return _colour(np.array(mixed) / 255 * (1 + jitter))


def hair(tone: float, age: float, rng: np.random.Generator) -> Colour:
    """Hair colour that goes with a skin tone and an age."""
    draw = rng.random()
    if draw < 0.05:
        family = _DYED_HAIR
    elif age > 0.62 and draw < 0.8:
        family = _GREY_HAIR
    elif tone > 0.5 or draw < 0.4:
        family = _DARK_HAIR
    else:
        family = _LIGHT_HAIR
    base = family[rng.integers(len(family))] / 255
    return _colour(base * (1 + rng.normal(0.0, 0.06)))


def brow(hair_colour: Colour, skin_colour: Colour) -> Colour:
    """Eyebrow colour: the hair's, darker where the hair is pale."""
    mixed = 0.62 * np.array(hair_colour) + 0.08 * np.array(skin_colour)
    return _colour(np.minimum(mixed, 0.55 * np.array(skin_colour)))


def iris(tone: float, rng: np.random.Generator) -> Colour:
    """Iris colour; light eyes only with lighter skin."""
    light = tone < 0.45 and rng.random() < 0.65
    family = _LIGHT_IRIS if light else _DARK_IRIS
    return _colour(family[rng.integers(len(family))] / 255 * rng.uniform(0.9, 1.15))


def lips(skin_colour: Colour, feminine: float, rng: np.random.Generator) -> Colour:
    """Lip colour: redder skin, or lipstick."""
    natural = np.array(skin_colour) * (0.88, 0.64, 0.66)
    if feminine > 0.6 and rng.random() < 0.45:
        hue = rng.uniform(-0.06, 0.02) % 1.0
        stick = np.array(
            colorsys.hsv_to_rgb(hue, rng.uniform(0.55, 0.8), rng.uniform(0.55, 0.8))
        )
        natural = 0.35 * natural + 0.65 * stick
    return _colour(natural)


def frame(rng: np.random.Generator) -> Colour:
    """Frame of a pair of glasses."""
    frames = np.array(
        [(26, 24, 26), (70, 44, 28), (40, 46, 70), (150, 130, 90), (120, 30, 40)]
    )
    return _colour(frames[rng.integers(len(frames))] / 255)


def cloth(rng: np.random.Generator) -> Colour:
    """Any colour that a garment may have."""
    return colorsys.hsv_to_rgb(
        float(rng.random()), float(rng.beta(1.6, 2.2)), float(rng.uniform(0.2, 0.92))
    )


def backdrop(rng: np.random.Generator) -> tuple[Colour, Colour, Colour]:
    """Three related colours: main, shade and accent."""
    hue, saturation = float(rng.random()), float(rng.uniform(0.08, 0.5))
    value = float(rng.uniform(0.45, 0.92))
    other = (hue + float(rng.choice([0.08, -0.08, 0.45]))) % 1.0
    return (
        colorsys.hsv_to_rgb(hue, saturation, value),
        colorsys.hsv_to_rgb(hue, min(1.0, saturation * 1.3), value * 0.55),
        colorsys.hsv_to_rgb(other, saturation * 0.8, min(1.0, value * 1.15)),
    )


def _colour(rgb: np.ndarray) -> Colour:
    red, green, blue = np.clip(rgb, 0.02, 0.99).tolist()
    return red, green, blue
