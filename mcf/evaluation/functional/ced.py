"""Cumulative error curve of landmarks, the area under it and the failure rate."""

from typing import NamedTuple

import numpy as np

STEP = 1e-4


class CurveScores(NamedTuple):
    """Scores read from a cumulative error curve.

    Attributes:
        auc: Area up to the threshold over the threshold, at most 1 (more where the
            released grid overshoots).
        failure_rate: Share of faces whose error is beyond the end of the grid.
    """

    auc: float
    failure_rate: float


def exact_grid(threshold: float) -> np.ndarray:
    """Errors from 0 to exactly the threshold, about 1e-4 apart."""
    return np.linspace(0, threshold, round(threshold / STEP) + 1)


def released_grid(threshold: float) -> np.ndarray:
    """Errors on which the released evaluation looks (protocol §2.3).

    The rounding of ``arange`` decides where they end: at 0.1000 for 0.10, but at
    0.0701 for 0.07, so the area there is slightly too large.
    """
    return np.arange(0, threshold + STEP, STEP)


GRIDS = {"exact": exact_grid, "released": released_grid}


def cumulative_error_curve(errors: np.ndarray, grid: np.ndarray) -> np.ndarray:
    """Share of faces whose error is at most each value of a grid.

    Args:
        errors: [N].
        grid: [G].

    Returns:
        [G], in 0..1.

    Raises:
        ValueError: If there are no errors, or one is not finite.
    """
    if not len(errors) or not np.isfinite(errors).all():
        raise ValueError(f"a curve needs finite errors, got {np.asarray(errors)}")
    return np.searchsorted(np.sort(errors), grid, side="right") / len(errors)


def curve_scores(
    errors: np.ndarray, threshold: float, *, grid: str = "exact"
) -> CurveScores:
    """Area under the cumulative error curve (Simpson's rule) and failure rate.

    Args:
        errors: Error of each face [N].
        threshold: In the unit of the errors; 0.1 is 10 %.
        grid: ``exact`` ends at the threshold; ``released`` is that of the published
            numbers.

    Raises:
        ValueError: If the threshold is below two steps of the grid, the grid is
            unknown, or errors are not finite.
    """
    if grid not in GRIDS:
        raise ValueError(f"unknown grid {grid!r}; there are {sorted(GRIDS)}")
    if not threshold >= 2 * STEP:
        raise ValueError(
            f"threshold {threshold} must be at least {2 * STEP}; 0.1 is 10 %"
        )
    values = GRIDS[grid](threshold)
    shares = cumulative_error_curve(errors, values)
    return CurveScores(
        auc=float(_simpson(shares, values[1] - values[0]) / threshold),
        failure_rate=float(1 - shares[-1]),
    )


def _simpson(values: np.ndarray, step: float) -> float:
    """Integral of samples by Simpson's rule.

    With an odd number of intervals the parabola through the last three samples gives
    the last interval, as in SciPy 1.11 and later.
    """
    if len(values) % 2 == 0:
        last = step / 12 * (5 * values[-1] + 8 * values[-2] - values[-3])
        return _simpson(values[:-1], step) + last
    odd, even = values[1:-1:2].sum(), values[2:-1:2].sum()
    return step / 3 * (values[0] + 4 * odd + 2 * even + values[-1])
