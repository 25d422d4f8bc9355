"""A score for each group of faces and how far the groups are apart."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class GroupScores:
    """Scores by group.

    Attributes:
        scores: By name of group, sorted.
        counts: Faces by name of group; those without one are in none.
        gap: Difference of the largest and the smallest score of the groups that are
            large enough; NaN with fewer than two of them.
        smallest: Group with the smallest score; empty without a gap.
        largest: Group with the largest score; empty without a gap.
    """

    scores: dict[str, float]
    counts: dict[str, int]
    gap: float
    smallest: str
    largest: str


def by_group(
    score: Callable[[np.ndarray], float],
    groups: Sequence[str | None],
    *,
    least: int = 30,
) -> GroupScores:
    """Score every group by itself.

    Args:
        score: Score of the faces of given indices [n].
        groups: Group of each face [N]; None or an empty text where nobody knows it.
        least: Faces that a group must have for the gap; the score of fewer is mostly
            chance. It is still given.
    """
    names = sorted({group for group in groups if group})
    members = {
        name: np.flatnonzero([group == name for group in groups]) for name in names
    }
    scores = {name: float(score(indices)) for name, indices in members.items()}
    large = [
        name
        for name in names
        if len(members[name]) >= least and np.isfinite(scores[name])
    ]
    large.sort(key=scores.__getitem__)
    counts = {name: len(indices) for name, indices in members.items()}
    if len(large) < 2:
        return GroupScores(scores, counts, float("nan"), "", "")
    gap = scores[large[-1]] - scores[large[0]]
    return GroupScores(scores, counts, gap, large[0], large[-1])
