"""Which form of attention is faster on a machine."""

import torch

from mcf.models.attention import ATTENTION
from mcf.utils.timing import Timing, alternate


def compare_attention(
    device: torch.device,
    dtype: torch.dtype,
    *,
    shape: tuple[int, int, int, int] = (8, 12, 197, 64),
    repeats: int = 7,
) -> dict[str, Timing]:
    """Time forward and backward pass of each form in :data:`ATTENTION`.

    Args:
        device: Where to compute.
        dtype: Of query, key and value.
        shape: Of each of them [B, heads, N, C]; by default that of ViT-B/16 at 224
            pixels and batch 8.
        repeats: Measured calls of each.
    """
    query, key, value = (
        torch.randn(shape, device=device, dtype=dtype, requires_grad=True)
        for _ in range(3)
    )
    return alternate(
        {
            name: lambda form=form: form(query, key, value).sum().backward()
            for name, form in ATTENTION.items()
        },
        repeats=repeats,
        warmup=2,
    )
