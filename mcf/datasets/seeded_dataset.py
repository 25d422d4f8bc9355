"""Random augmentation decided by the draw alone."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch

from mcf.datasets.samplers import Draw
from mcf.datasets.wrapper import DatasetWrapper
from mcf.registry import DATASETS


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Scope in which Python, NumPy and torch (on the CPU) draw from ``seed``.

    Outside, their sequences go on as if the scope had not been, but for one thing:
    a second normal number that NumPy's global generator held back is lost.

    Args:
        seed: 0 … 2**63 - 1.
    """
    states = random.getstate(), np.random.get_bit_generator(), torch.get_rng_state()
    random.seed(seed)
    # Exchanging NumPy's generator is fifty times faster than copying its state.
    np.random.set_bit_generator(np.random.PCG64(seed))
    # torch.manual_seed would reseed the accelerators too, which no transform uses.
    torch.default_generator.manual_seed(seed)
    try:
        yield
    finally:
        random.setstate(states[0])
        np.random.set_bit_generator(states[1])
        torch.set_rng_state(states[2])


@DATASETS.register_module()
class SeededDataset(DatasetWrapper):
    """Data set whose samples are pure functions of index and seed.

    Each :class:`~mcf.datasets.samplers.Draw` is answered in a scope of its own
    seed, so the sample is the same in any worker, after any history.

    Args:
        dataset: Any data set in the manner of MMEngine, or its config.
    """

    def __getitem__(self, draw: Draw) -> Any:
        if not isinstance(draw, Draw):
            raise ValueError(
                f"SeededDataset takes a Draw(index, seed), not {draw!r}; use "
                "sampler=dict(type='mcf.SeededSampler') with it, or the data set "
                "inside it (.dataset) for plain indices"
            )
        with seeded(draw.seed):
            return self.dataset[draw.index]
