"""Which faces of a test set are drawn: those that can be used, and of them a few."""

from collections.abc import Callable, Iterator, Sequence
from typing import Literal

import numpy as np
from torch.utils.data import Dataset

from mcf.utils.decoding import BadImageError

OnBad = Callable[[ValueError], None]
Which = Literal["worst", "typical"]
"""Faces with the largest error, or those whose error is nearest to the median."""


def usable_samples(
    dataset: Dataset, on_bad: OnBad | None
) -> Iterator[tuple[int, dict]]:
    """Numbers and samples of a data set.

    Args:
        dataset: Of a test loop.
        on_bad: Called with the error of a sample that cannot be used, which is then
            left out; by default the error is raised.

    Raises:
        OSError: If a file cannot be read, and ``on_bad`` is None.
        ValueError: If a file cannot be used, and ``on_bad`` is None.
    """
    for index in range(len(dataset)):
        try:
            sample = dataset[index]
        except (BadImageError, OSError, ValueError) as error:
            if on_bad is None:
                raise
            on_bad(ValueError(f"face {index}: {error}"))
            continue
        yield index, sample


def choose(badness: Sequence[float], count: int, which: Which) -> list[int]:
    """Positions of a few faces, the worse first.

    Args:
        badness: Of each face, larger is worse; NaN is never chosen.
        count: How many at most.
        which: The worst, or a run of neighbours around the median.
    """
    values = np.asarray(badness, dtype=float)
    order = np.argsort(-values, kind="stable")[: np.count_nonzero(~np.isnan(values))]
    start = max(0, (len(order) - count) // 2) if which == "typical" else 0
    return order[start : start + count].tolist()
