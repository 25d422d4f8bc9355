"""The taps of a network on one grid, to be looked at as features."""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class TapMaps(nn.Module):
    """All taps of a teacher, one over the other on a common grid.

    Args:
        teacher: ``mcf.TeacherTarget`` whose taps are square maps, or a ViT's tokens, of
            which the class token is left out.
        grid: Side of the grid; finer taps are averaged, coarser ones repeated.
    """

    def __init__(self, teacher: nn.Module, grid: int) -> None:
        super().__init__()
        self.teacher = teacher
        self.network = teacher.model  # which the teacher hides from its parameters
        # as ViTs of mmpretrain and of timm say it
        extra = getattr(self.network, "num_extra_tokens", 0)
        self.extra = getattr(self.network, "num_prefix_tokens", extra)
        self.grid = grid

    @torch.no_grad()
    def forward(self, images: Tensor) -> Tensor:
        """Maps [B, ΣC, h, h] of images [B, 3, H, W] in the statistics of the teacher.

        Raises:
            ValueError: If a tap is no square map.
        """
        return torch.cat([self._map(tap) for tap in self.teacher(images)], dim=1)

    def _map(self, tokens: Tensor) -> Tensor:
        for patches in (tokens, tokens[:, self.extra :]):
            side = math.isqrt(patches.shape[1])
            if side and side * side == patches.shape[1]:
                maps = patches.transpose(1, 2).unflatten(2, (side, side))
                return F.adaptive_avg_pool2d(maps, self.grid)
        raise ValueError(
            f"a tap of {tokens.shape[1]} tokens is no square map, nor one behind the "
            f"{self.extra} class tokens of {type(self.network).__name__}; tap another "
            "part"
        )
