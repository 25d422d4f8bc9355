"""Sampling whose every draw is a function of seed, epoch and position."""

from collections.abc import Iterator, Sized
from typing import NamedTuple

import numpy as np
from mmengine.dist import get_dist_info, sync_random_seed
from torch.utils.data import Sampler

from mcf.datasets.samplers.mixing import mix, mix_key, permutation
from mcf.registry import DATA_SAMPLERS

ORDER, SEEDS = 0, 1  # which of an epoch's two random sequences
BLOCK = 4096  # draws made at a time


class Draw(NamedTuple):
    """What a sampler asks of a :class:`~mcf.datasets.SeededDataset`."""

    index: int
    """Position in the data set."""
    seed: int
    """Seed of this sample's random augmentation, 0 … 2**63 - 1."""


@DATA_SAMPLERS.register_module()
class SeededSampler(Sampler):
    """Epochs in a random order, each sample with a seed, resumable anywhere.

    Position p of an epoch, counted over all ranks, is drawn by rank p mod R; its
    index and seed depend on ``seed``, the epoch and p alone. So neither depends on
    the number of workers or on what was drawn before. The last len(dataset) mod R
    positions are dropped: every rank draws the same number of samples, as in the
    released code (protocol §1.2, drop_last).

    Args:
        dataset: What is sampled; only its length matters.
        shuffle: Random order instead of the data set's.
        seed: Seed of all ranks. None agrees on a random one.

    Raises:
        ValueError: If the data set has fewer samples than there are ranks.
    """

    def __init__(
        self, dataset: Sized, *, shuffle: bool = True, seed: int | None = None
    ) -> None:
        self.rank, self.world_size = get_dist_info()
        self.size = len(dataset)
        if self.size < self.world_size:
            raise ValueError(
                f"{self.size} samples are too few for {self.world_size} ranks"
            )
        self.shuffle = shuffle
        self.seed = sync_random_seed() if seed is None else seed
        self.epoch = 0
        self._start = 0

    def __len__(self) -> int:
        return self.size // self.world_size

    def __iter__(self) -> Iterator[Draw]:
        start, self._start = self._start, 0
        return self._draws(self.epoch, start)

    def set_epoch(self, epoch: int) -> None:
        """Choose the epoch that the next iteration draws."""
        self.epoch = epoch

    def set_start(self, consumed: int) -> None:
        """Let the next iteration, and only that, skip what this rank has consumed.

        Args:
            consumed: Samples this rank has drawn in the epoch. The length stays
                that of the whole epoch.

        Raises:
            ValueError: If it is negative or more than an epoch.
        """
        if not 0 <= consumed <= len(self):
            raise ValueError(
                f"cannot start after {consumed} samples: an epoch of this rank has "
                f"{len(self)}; was the run begun with other data or more ranks?"
            )
        self._start = consumed

    def _draws(self, epoch: int, start: int) -> Iterator[Draw]:
        indices = self._indices(epoch)
        key = mix_key(self.seed, epoch, SEEDS)
        for first in range(start, len(indices), BLOCK):
            block = indices[first : first + BLOCK]
            local = np.arange(first, first + len(block), dtype=np.uint64)
            positions = local * np.uint64(self.world_size) + np.uint64(self.rank)
            seeds = mix(key + positions) >> np.uint64(1)
            yield from map(Draw, block.tolist(), seeds.tolist())

    def _indices(self, epoch: int) -> np.ndarray:
        """This rank's indices of an epoch, int64."""
        if not self.shuffle:
            return np.arange(self.rank, self.size, self.world_size)[: len(self)]
        order = permutation(self.size, self.seed, epoch, ORDER)
        # A copy, so that the other ranks' share of the order is freed.
        return order[self.rank :: self.world_size][: len(self)].copy()
