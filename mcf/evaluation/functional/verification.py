"""Scores of pairs of faces: the same person or not."""

from typing import NamedTuple

import numpy as np

from mcf.utils.finite import finite, same_length

FARTHEST = 4.0
"""Squared distance of opposite features of length one."""


class PairScores(NamedTuple):
    """Scores of a list of pairs over its folds.

    Attributes:
        accuracies: Share of right answers in each fold [F], its threshold from the
            others.
        thresholds: Squared distance below which a pair of the fold is the same [F].
        tar: Share of the pairs of one person that are accepted in each fold [F], at a
            threshold at which the others reach the false acceptance.
        far: Share of the pairs of two persons that are accepted there [F].
    """

    accuracies: np.ndarray
    thresholds: np.ndarray
    tar: np.ndarray
    far: np.ndarray


def consecutive_folds(count: int, folds: int = 10) -> np.ndarray:
    """Numbers of folds for pairs in their published order, not shuffled [count].

    Raises:
        ValueError: If there are fewer pairs than folds, or fewer than two folds.
    """
    if not 2 <= folds <= count:
        raise ValueError(f"cannot put {count} pairs into {folds} folds")
    sizes = np.full(folds, count // folds)
    sizes[: count % folds] += 1
    return np.repeat(np.arange(folds), sizes)


def squared_distances(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Squared distance of features that are brought to length one, 2 - 2 cos.

    Args:
        first: [P,D].
        second: [P,D].

    Returns:
        [P], in 0..4.

    Raises:
        ValueError: If shapes differ, a feature is not finite, or has no length.
    """
    first, second = _directions("first", first), _directions("second", second)
    if first.shape != second.shape:
        raise ValueError(f"features {first.shape} and {second.shape} are no pairs")
    return np.square(first - second).sum(axis=1)


def pair_scores(
    distances: np.ndarray,
    same: np.ndarray,
    fold: np.ndarray,
    *,
    far: float = 1e-3,
    step: float = 0.01,
    far_step: float = 0.001,
) -> PairScores:
    """Accuracy and true acceptance of pairs, as facenet and insightface have them.

    A pair is taken for the same person if its distance is *below* the threshold. For
    each fold the threshold is chosen on all others: of 0, 0.01, ... 3.99 the first with
    the best accuracy; for the acceptance the point between two of 0, 0.001, ... 3.999
    where the false acceptance reaches ``far``, or 0 where it never does.

    Args:
        distances: Squared distances [P], in 0..4.
        same: Whether it is one person [P].
        fold: Part of each pair [P], any integers.
        far: Share of wrong acceptances that is allowed.
        step: Of the thresholds for the accuracy.
        far_step: Of those for the acceptance.

    Raises:
        ValueError: If lengths differ, a distance is not finite, there is one fold
            only, or a fold or the rest of it lacks pairs of one kind.
    """
    distances = finite("distances", distances, ndim=1)
    same, fold = np.asarray(same, bool), np.asarray(fold)
    same_length(distances=distances, same=same, fold=fold)
    folds = np.unique(fold)
    for number in folds:
        for part in (fold == number, fold != number):
            if len(set(same[part])) != 2:
                raise ValueError(
                    f"fold {number} and the rest need pairs of one person and of two"
                )
    grid, fine = (np.arange(0, FARTHEST, size) for size in (step, far_step))
    rows = [
        _fold_scores(distances, same, fold == number, grid, fine, far)
        for number in folds
    ]
    return PairScores(*map(np.array, zip(*rows, strict=True)))


def _fold_scores(
    distances: np.ndarray,
    same: np.ndarray,
    tested: np.ndarray,
    grid: np.ndarray,
    fine: np.ndarray,
    far: float,
) -> tuple[float, float, float, float]:
    others = ~tested
    accepted, false = _acceptance(distances[others], same[others], grid)
    positive = same[others].sum()
    negative = others.sum() - positive
    right = np.rint(accepted * positive + (1 - false) * negative)
    best = grid[int(right.argmax())]
    answers = (distances[tested] < best) == same[tested]
    limit = _threshold_at(
        _acceptance(distances[others], same[others], fine)[1], fine, far
    )
    tar, found = _acceptance(distances[tested], same[tested], np.array([limit]))
    return answers.mean(), best, tar[0], found[0]


def _acceptance(
    distances: np.ndarray, same: np.ndarray, grid: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Share of the pairs of one and of two persons below each threshold."""
    return tuple(
        np.searchsorted(np.sort(distances[kind]), grid, side="left") / kind.sum()
        for kind in (same, ~same)
    )


def _threshold_at(rates: np.ndarray, grid: np.ndarray, far: float) -> float:
    """Where rates, which only grow, reach ``far``; between two points of the grid."""
    if rates[-1] < far:
        return 0.0
    high = max(1, int(np.searchsorted(rates, far, side="left")))
    low = high - 1
    return float(np.interp(far, rates[[low, high]], grid[[low, high]]))


def _directions(name: str, features: np.ndarray) -> np.ndarray:
    features = finite(f"{name} features", features, ndim=2)
    lengths = np.linalg.norm(features, axis=1, keepdims=True)
    if not lengths.all():
        row = int((lengths == 0).argmax())
        raise ValueError(f"{name} features[{row}] are all 0, which points nowhere")
    return features / lengths
