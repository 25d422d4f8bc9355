"""Recall at a given precision, for rare cases such as hidden landmarks."""

import numpy as np

from mcf.utils.finite import finite, same_length


def recall_at_precision(
    scores: np.ndarray, target: np.ndarray, *, precision: float = 0.8
) -> float:
    """Largest recall among the thresholds with at least this precision.

    COFW's visibility is scored so: all points of all faces together, positive is
    *occluded*, precision 0.8.

    Args:
        scores: [N], larger is more likely positive. Equal scores are accepted
            together.
        target: Whether it is positive [N].
        precision: In (0, 1].

    Returns:
        In 0..1; 0 if no threshold is so precise.

    Raises:
        ValueError: If lengths differ, a score is not finite, nothing is positive, or
            the precision is out of range.
    """
    if not 0 < precision <= 1:
        raise ValueError(f"precision={precision} must lie in (0, 1]")
    scores, target = finite("scores", scores, ndim=1), np.asarray(target, bool)
    same_length(scores=scores, target=target)
    if not target.any():
        raise ValueError("nothing is positive, so there is no recall")
    order = np.argsort(-scores, kind="stable")
    hits = np.cumsum(target[order])
    accepted = np.arange(1, len(order) + 1)
    last_of_score = np.append(np.diff(scores[order]) != 0, True)
    # Whole numbers on both sides: 4 of 5 is a precision of 0.8 to the last bit.
    precise = last_of_score & (hits >= precision * accepted - 1e-9)
    return float(hits[precise].max(initial=0) / target.sum())
