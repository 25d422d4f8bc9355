"""The two ways to compute attention, and how to set one in a network."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F


def plain_attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attn_mask: Tensor | None = None,
    dropout_p: float = 0.0,
) -> Tensor:
    """Attention written out: two matrix products around a softmax.

    Torch's fused form keeps less in memory and is faster, except in bfloat16 on a CPU,
    where it is several times slower than this (``tools/step_benchmark.py attention``).

    Args:
        query: [B, heads, N, C].
        key: [B, heads, N, C].
        value: [B, heads, N, C].
        attn_mask: Added to the scores, broadcast to [B, heads, N, N].
        dropout_p: Share of the weights that are dropped.

    Returns:
        [B, heads, N, C].
    """
    # contiguous first: the product would copy the transposed key, which is slower
    scores = (query * query.shape[-1] ** -0.5) @ key.contiguous().transpose(-2, -1)
    if attn_mask is not None:
        scores = scores + attn_mask
    weights = scores.softmax(dim=-1)
    if dropout_p:
        weights = F.dropout(weights, dropout_p)
    return weights @ value


ATTENTION = dict(fused=F.scaled_dot_product_attention, plain=plain_attention)
"""By name."""


def fastest_attention(device: torch.device, dtype: torch.dtype) -> str:
    """Name of the form that is fastest where a model computes."""
    slow = device.type == "cpu" and dtype == torch.bfloat16
    return "plain" if slow else "fused"


def set_attention(network: nn.Module, name: str) -> int:
    """Let all attention of mmpretrain inside a network be computed in one form.

    Args:
        network: Any network.
        name: ``fused`` or ``plain``.

    Returns:
        Number of attention modules that were set.

    Raises:
        ValueError: If there is no such form.
    """
    if name not in ATTENTION:
        raise ValueError(f"attention={name!r} is unknown; choose from {[*ATTENTION]}")
    modules = [
        module
        for module in network.modules()
        if hasattr(module, "scaled_dot_product_attention")
    ]
    for module in modules:
        module.scaled_dot_product_attention = ATTENTION[name]
    return len(modules)
