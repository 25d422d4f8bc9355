"""Sampling of hidden patches in proportion to weights."""

import torch
from torch import Tensor


def weighted_noise(
    weights: Tensor, *, generator: torch.Generator | None = None
) -> Tensor:
    """Scores whose highest are a draw without replacement in proportion to weights.

    Weights over exponential noise: the patch of the highest score is patch i with
    probability w_i / sum(w), the next one so among the rest, and so on.

    Args:
        weights: How much each patch wants to be hidden, at least 0 [B, L].
        generator: Source of randomness; the device's global one if None.

    Returns:
        Scores [B, L].
    """
    race = torch.empty_like(weights).exponential_(generator=generator)
    return weights / race.clamp(min=torch.finfo(race.dtype).tiny)
