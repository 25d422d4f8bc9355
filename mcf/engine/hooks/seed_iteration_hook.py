"""Random state of the main process as a function of the iteration."""

import random

import numpy as np
import torch
from mmengine.hooks import Hook
from mmengine.runner import Runner

from mcf.registry import HOOKS


def iteration_seeds(seed: int, *, rank: int, iteration: int) -> tuple[int, int, int]:
    """Seeds for Python (64 bit), NumPy (32 bit) and torch (64 bit).

    Mixed by NumPy's ``SeedSequence``: neighbouring arguments give unrelated streams,
    and the three generators never share one.
    """
    mixed = np.random.SeedSequence((seed, rank, iteration))
    python, numpy, torch_ = mixed.generate_state(3, np.uint64)
    return int(python), int(numpy >> np.uint64(32)), int(torch_)


def seed_iteration(seed: int, *, rank: int, iteration: int) -> None:
    """Seed Python, NumPy, torch and its devices for one iteration."""
    python, numpy, torch_ = iteration_seeds(seed, rank=rank, iteration=iteration)
    random.seed(python)
    np.random.seed(numpy)
    torch.manual_seed(torch_)


@HOOKS.register_module()
class SeedIterationHook(Hook):
    """Seeds every random generator of the main process before each iteration.

    What an iteration draws (masks, dropout) then depends on the run's seed, the rank
    and the iteration alone: a resumed run draws what the uninterrupted one drew, and
    no generator state has to be saved. Workers are seeded by the data set.
    """

    priority = "VERY_HIGH"

    def before_train_iter(
        self, runner: Runner, batch_idx: int, data_batch: dict | None = None
    ) -> None:
        """Seed from (runner.seed, runner.rank, runner.iter)."""
        seed_iteration(runner.seed, rank=runner.rank, iteration=runner.iter)
