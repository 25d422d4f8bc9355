"""Uniformly random masking, as in MAE and the released MCF."""

import torch
from torch import Tensor

from mcf.models.masking.base import BlindMasking
from mcf.registry import MODELS


@MODELS.register_module()
class RandomMasking(BlindMasking):
    """Hides a fixed share of patches, each equally likely (protocol §1.2).

    Args:
        ratio: Share of hidden patches, in the end; 0.75 keeps 49 of 196.
        schedule: How the share gets there; constant if None.
    """

    def noise(
        self,
        batch_size: int,
        grid: tuple[int, int],
        ratio: float,
        *,
        device: torch.device | None,
        generator: torch.Generator | None,
    ) -> Tensor:
        """Uniform scores [B, L]."""
        return torch.rand(
            batch_size, grid[0] * grid[1], device=device, generator=generator
        )
