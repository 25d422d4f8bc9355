"""Wall time of things that are compared with each other."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median

import torch


@dataclass(frozen=True)
class Timing:
    """Repeated measurements of one thing.

    Attributes:
        seconds: One wall time per repeat.
    """

    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        """Middle of the repeats, in seconds."""
        return median(self.seconds)

    @property
    def spread(self) -> float:
        """Slowest minus fastest repeat, as a share of the median."""
        return (max(self.seconds) - min(self.seconds)) / self.median


def alternate(
    functions: Mapping[str, Callable[[], object]], *, repeats: int, warmup: int = 1
) -> dict[str, Timing]:
    """Time several functions in turn, so that a drift of the machine meets all alike.

    Args:
        functions: What to time, by name.
        repeats: Measured calls of each.
        warmup: Calls of each before.

    Returns:
        By the same names.
    """
    for function in functions.values():
        for _ in range(warmup):
            function()
    seconds: dict[str, list[float]] = {name: [] for name in functions}
    for _ in range(repeats):
        for name, function in functions.items():
            seconds[name].append(_seconds(function))
    return {name: Timing(tuple(values)) for name, values in seconds.items()}


def _seconds(function: Callable[[], object]) -> float:
    _finish()
    start = time.perf_counter()
    function()
    _finish()
    return time.perf_counter() - start


def _finish() -> None:
    """Wait for the GPU, which runs behind."""
    if torch.cuda.is_available():
        torch.cuda.synchronize()
