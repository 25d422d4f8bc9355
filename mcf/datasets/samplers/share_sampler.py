"""Sampling of several data sets by given shares."""

from collections.abc import Mapping

import numpy as np

from mcf.datasets.samplers.mixing import permutation
from mcf.datasets.samplers.seeded_sampler import ORDER, SeededSampler
from mcf.registry import DATA_SAMPLERS


@DATA_SAMPLERS.register_module()
class ShareSampler(SeededSampler):
    """Epochs in which each task of a joint data set has its share of every batch.

    Positions of a rank follow a fixed pattern of tasks (shares 1 and 3 give
    ``b a b b``), so a batch whose size is a multiple of the shares' sum has exactly
    those numbers. Within a task all samples come once, in a random order, before any
    comes again. An epoch ends when the task that takes longest has come once.

    Args:
        dataset: A :class:`mcf.datasets.JointFaces`, seeded or not.
        shares: Whole number from 1 of each task, by name.
        seed: Seed of all ranks. None agrees on a random one.

    Raises:
        ValueError: If the shares do not name the tasks of the data set.
    """

    def __init__(
        self, dataset: object, *, shares: Mapping[str, int], seed: int | None = None
    ) -> None:
        sizes = getattr(dataset, "dataset", dataset).sizes
        if shares.keys() != sizes.keys() or min(shares.values()) < 1:
            raise ValueError(
                f"shares={dict(shares)}: give a whole number from 1 for each of "
                f"{', '.join(sizes)}"
            )
        super().__init__(dataset, seed=seed)
        self._sizes = list(sizes.values())
        self._pattern = interleaved([shares[name] for name in sizes])
        each = [shares[name] * self.world_size for name in sizes]
        rounds = max(-(-size // n) for size, n in zip(self._sizes, each))
        self.size = rounds * sum(each)

    def _indices(self, epoch: int) -> np.ndarray:
        """This rank's indices of an epoch, int64."""
        # all ranks see the tasks in the same order, each other samples of them
        tasks = np.resize(self._pattern, len(self))
        indices = np.empty(len(self), np.int64)
        start = 0
        for task, size in enumerate(self._sizes):
            mine = tasks == task
            drawn = int(mine.sum()) * self.world_size
            order = np.concatenate(
                [
                    permutation(size, self.seed, epoch, ORDER, task, again)
                    for again in range(-(-drawn // size))
                ]
            )
            indices[mine] = start + order[self.rank : drawn : self.world_size]
            start += size
        return indices


def interleaved(shares: list[int]) -> np.ndarray:
    """Numbers of the tasks, each as often as its share and spread evenly.

    Args:
        shares: Whole numbers from 1.
    """
    places = [((k + 0.5) / n, task) for task, n in enumerate(shares) for k in range(n)]
    return np.array([task for _, task in sorted(places)])
