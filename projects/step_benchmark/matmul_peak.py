"""The machine's limit: how fast it multiplies matrices."""

import torch

from mcf.utils.timing import alternate

SIDES = {"cpu": (1024, 2048, 3072), "cuda": (4096, 8192, 16384)}


def matmul_peak(device: torch.device, dtype: torch.dtype, *, repeats: int = 7) -> float:
    """Best rate of ``torch.nn.functional.linear`` over some sizes, in FLOP/s.

    A multiplication and an addition count as two. The fastest repeat of the best size
    counts: a limit should not depend on what else the machine did.

    Args:
        device: Where to compute.
        dtype: Of both matrices.
        repeats: Measured products of each size.
    """
    rates = []
    for side in SIDES[device.type]:
        a, b = (torch.randn(side, side, device=device, dtype=dtype) for _ in range(2))
        timing = alternate(
            {"linear": lambda a=a, b=b: torch.nn.functional.linear(a, b)},
            repeats=repeats,
            warmup=2,
        )["linear"]
        rates.append(2 * side**3 / min(timing.seconds))
    return max(rates)
