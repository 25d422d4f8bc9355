"""Errors of estimated ages."""

import numpy as np

from mcf.utils.finite import finite, same_length


def age_errors(predicted: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Absolute error of each age [N], in years; their mean is the MAE.

    Raises:
        ValueError: If lengths differ or an age is not finite.
    """
    predicted = finite("predicted ages", predicted, ndim=1)
    target = finite("target ages", target, ndim=1)
    same_length(predicted=predicted, target=target)
    return np.abs(predicted - target)


def cumulative_score(errors: np.ndarray, years: float = 5) -> float:
    """Share of faces whose age is at most so many years wrong (CS@5).

    Args:
        errors: [N], in years.
        years: The most that counts as right; exactly so much still does.

    Raises:
        ValueError: If there is no error, or one is not finite.
    """
    return float((finite("errors", errors, ndim=1) <= years).mean())
