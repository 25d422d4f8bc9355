"""A light feature pyramid: coarse maps are enlarged and added to finer ones."""

from collections.abc import Sequence

from mmengine.model import BaseModule
from torch import Tensor, nn
from torch.nn import functional as F

from mcf.registry import MODELS


def separable_conv(channels: int, kernel: int = 5) -> nn.Sequential:
    """Depthwise and pointwise convolution, norm and ReLU."""
    return nn.Sequential(
        nn.Conv2d(
            channels, channels, kernel, padding=kernel // 2, groups=channels, bias=False
        ),
        nn.Conv2d(channels, channels, 1, bias=False),
        nn.BatchNorm2d(channels),
        nn.ReLU(inplace=True),
    )


@MODELS.register_module()
class TopDownFusion(BaseModule):
    """One map of the finest level's size that knows the coarser ones.

    Args:
        in_channels: Channels of the levels, finest first.
        channels: Of the fused map.
    """

    def __init__(self, in_channels: Sequence[int], channels: int = 96) -> None:
        super().__init__()
        self.lateral = nn.ModuleList(nn.Conv2d(c, channels, 1) for c in in_channels)
        self.smooth = nn.ModuleList(separable_conv(channels) for _ in in_channels)

    def forward(self, maps: Sequence[Tensor]) -> Tensor:
        """Map [B,C,h,w] of the finest level's size."""
        fused = self.smooth[-1](self.lateral[-1](maps[-1]))
        for level in range(len(maps) - 2, -1, -1):
            size = maps[level].shape[-2:]
            enlarged = F.interpolate(fused, size, mode="bilinear")
            fused = self.smooth[level](self.lateral[level](maps[level]) + enlarged)
        return fused
