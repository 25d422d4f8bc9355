"""Accuracy of attributes, each answered yes or no."""

import numpy as np

from mcf.utils.finite import finite

MISSING = -1


def attribute_accuracy(
    scores: np.ndarray, target: np.ndarray, *, threshold: float = 0.0
) -> np.ndarray:
    """Share of the faces for which each attribute is answered right.

    The published number of CelebA and LFWA is the mean of the 40
    (:func:`mean_accuracy`).

    Args:
        scores: [N,K]; yes is what is over the threshold.
        target: [N,K] of 1, 0, and -1 where nobody has labelled it.
        threshold: 0 for logits, 0.5 for probabilities.

    Returns:
        [K], in 0..1; NaN for an attribute that no face has labelled.

    Raises:
        ValueError: If shapes differ, a score is not finite, or a target is another
            number.
    """
    scores, target = finite("scores", scores, ndim=2), np.asarray(target)
    if scores.shape != target.shape:
        raise ValueError(f"scores {scores.shape} and target {target.shape} differ")
    if not np.isin(target, (MISSING, 0, 1)).all():
        odd = target[~np.isin(target, (MISSING, 0, 1))][0]
        raise ValueError(f"an attribute of the target is {odd}, not 0, 1 or -1")
    labelled = target != MISSING
    right = ((scores > threshold) == (target == 1)) & labelled
    count = labelled.sum(axis=0)
    accuracy = np.full(target.shape[1], np.nan)
    np.divide(right.sum(axis=0), count, out=accuracy, where=count > 0)
    return accuracy


def mean_accuracy(accuracy: np.ndarray) -> float:
    """Mean over the attributes that are labelled at all; NaN without any."""
    known = accuracy[~np.isnan(accuracy)]
    return float(known.mean()) if len(known) else float("nan")
