"""One comparison of a number of ours with a recorded one."""

from dataclasses import dataclass

import numpy as np


def relative_difference(ours: np.ndarray, recorded: np.ndarray) -> float:
    """Largest absolute difference over the largest recorded magnitude.

    Args:
        ours: Any shape.
        recorded: The same shape.

    Returns:
        The ratio; the plain difference where all recorded values are zero; infinity
        where shapes differ or ours is not finite.
    """
    ours, recorded = np.asarray(ours, float), np.asarray(recorded, float)
    if ours.shape != recorded.shape or not np.isfinite(ours).all():
        return float("inf")
    difference = np.abs(ours - recorded).max(initial=0.0)
    return float(difference / (np.abs(recorded).max(initial=0.0) or 1.0))


@dataclass(frozen=True)
class Check:
    """Outcome of one comparison.

    Attributes:
        name: What was compared.
        difference: How far ours is off, in the unit of the limit.
        limit: What is allowed.
    """

    name: str
    difference: float
    limit: float

    @property
    def passed(self) -> bool:
        """Whether the difference is within the limit (NaN is not)."""
        return self.difference <= self.limit
