"""Swin's windows in a form that exports with a free batch size."""

from mmpretrain.models.utils import ShiftWindowMSA
from torch import Tensor, nn


def join_windows(windows: Tensor, height: int, width: int, side: int) -> Tensor:
    """Maps [B,height,width,C] of their windows [B*N,side,side,C], row by row.

    As ``ShiftWindowMSA.window_reverse``, which divides to get B; torch's exporter turns
    that division into a wrong batch size without any error (torch 2.13).
    """
    channels = windows.shape[-1]
    grid = windows.view(-1, height // side, width // side, side, side, channels)
    return grid.permute(0, 1, 3, 2, 4, 5).reshape(-1, height, width, channels)


def free_windows(network: nn.Module) -> None:
    """Let all window attention inside a network use :func:`join_windows`."""
    for module in network.modules():
        if isinstance(module, ShiftWindowMSA):
            module.window_reverse = join_windows
