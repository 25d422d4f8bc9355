"""Smoothing of points over time: strong at rest, weak in motion."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class OneEuro:
    """Settings of the One-Euro filter (Casiez, Roussel and Vogel, CHI 2012).

    A low-pass filter of first order whose cutoff grows with the speed. Speeds count in
    sides of the face a second, so that a setting holds for faces of any size.

    Args:
        min_cutoff: Hz, for a point that stands still: lower trembles less.
        beta: Hz for each face's side a second: higher lags less.
        speed_cutoff: Hz, of the filter that the speed itself passes.

    Raises:
        ValueError: If a cutoff is not above 0, or beta below it.
    """

    min_cutoff: float = 0.5
    beta: float = 30.0
    speed_cutoff: float = 1.0

    def __post_init__(self) -> None:
        if not (self.min_cutoff > 0 <= self.beta and self.speed_cutoff > 0):
            raise ValueError(f"{self}: cutoffs must be above 0, beta 0 or more")


USUAL = OneEuro()
"""Chosen on drawn videos (docs/video.md)."""


@dataclass(frozen=True, eq=False)
class Smoothed:
    """What the filter keeps of the past.

    Attributes:
        points: Smoothed, [K,2].
        speed: Smoothed too, pixels a second, [K,2].
    """

    points: np.ndarray
    speed: np.ndarray


def share_of_new(cutoff: np.ndarray | float, seconds: float) -> np.ndarray | float:
    """Weight of a new value in a low-pass filter of first order.

    Args:
        cutoff: Hz.
        seconds: Since the value before.
    """
    return 1 / (1 + 1 / (2 * np.pi * cutoff * seconds))


def smooth(
    before: Smoothed | None,
    points: np.ndarray,
    *,
    seconds: float,
    side: float,
    settings: OneEuro,
) -> Smoothed:
    """One step of the filter; the first points stay as they are.

    Both coordinates of a point share the cutoff, by the length of its speed, so that
    the direction of a move makes no difference.

    Args:
        before: Result of the step before; None at the start.
        points: [K,2] as they were found.
        seconds: Since the step before; without time nothing is smoothed.
        side: Of the face, pixels.
        settings: Of the filter.
    """
    points = np.asarray(points, float)
    if before is None or seconds <= 0:
        return Smoothed(points, np.zeros_like(points))
    speed = (points - before.points) / seconds
    share = share_of_new(settings.speed_cutoff, seconds)
    speed = before.speed + share * (speed - before.speed)
    pace = np.linalg.norm(speed, axis=-1, keepdims=True) / side
    share = share_of_new(settings.min_cutoff + settings.beta * pace, seconds)
    return Smoothed(before.points + share * (points - before.points), speed)
