"""Fusion of a feature pyramid into one map, as in UPerNet."""

from collections.abc import Sequence

import torch
from mmcv.cnn import ConvModule
from mmengine.model import BaseModule
from torch import Tensor, nn
from torch.nn import functional as F

from mcf.registry import MODELS


@MODELS.register_module()
class UPerFusion(BaseModule):
    """Pooling pyramid on the coarsest level, top-down sums, concatenation.

    The same function as mmsegmentation's ``UPerHead`` before its classifier, with the
    same parameter names, for tasks that run without mmsegmentation. Each convolution
    is followed by a norm and ReLU; maps are resized bilinearly, align_corners False.

    Args:
        in_channels: Channels of the levels, finest first.
        channels: Channels C inside and of the output.
        pool_scales: Sides of the grids that the coarsest level is pooled to.
        norm_cfg: Norm of the convolutions; SyncBN as released (protocol §2.1).
        init_cfg: Weight initialisation.
    """

    def __init__(
        self,
        in_channels: Sequence[int],
        channels: int = 768,
        *,
        pool_scales: Sequence[int] = (1, 2, 3, 6),
        norm_cfg: dict | None = None,
        init_cfg: dict | list[dict] | None = None,
    ) -> None:
        super().__init__(init_cfg)
        norm_cfg = norm_cfg or dict(type="SyncBN")

        def conv(into: int, kernel: int) -> ConvModule:
            padding = kernel // 2
            return ConvModule(
                into, channels, kernel, padding=padding, norm_cfg=norm_cfg
            )

        coarsest = in_channels[-1]
        self.psp_modules = nn.ModuleList(
            nn.Sequential(nn.AdaptiveAvgPool2d(scale), conv(coarsest, 1))
            for scale in pool_scales
        )
        self.bottleneck = conv(coarsest + len(pool_scales) * channels, 3)
        self.lateral_convs = nn.ModuleList(conv(n, 1) for n in in_channels[:-1])
        self.fpn_convs = nn.ModuleList(conv(channels, 3) for _ in in_channels[:-1])
        self.fpn_bottleneck = conv(len(in_channels) * channels, 3)

    def forward(self, levels: Sequence[Tensor]) -> Tensor:
        """Fuse levels [B, C_i, h_i, w_i], finest first, to [B, C, h_0, w_0].

        Raises:
            ValueError: If the number of levels is not that of ``in_channels``.
        """
        if len(levels) != len(self.lateral_convs) + 1:
            raise ValueError(
                f"{len(levels)} levels for {len(self.lateral_convs) + 1} in_channels"
            )
        coarsest = levels[-1]
        pooled = [_resize(module(coarsest), coarsest) for module in self.psp_modules]
        fused = [self.bottleneck(torch.cat([coarsest, *pooled], dim=1))]
        outputs = list(fused)
        for level, lateral, conv in reversed(
            list(zip(levels[:-1], self.lateral_convs, self.fpn_convs, strict=True))
        ):
            inner = lateral(level)
            fused.append(inner + _resize(fused[-1], inner))
            outputs.append(conv(fused[-1]))
        outputs = [_resize(output, levels[0]) for output in reversed(outputs)]
        return self.fpn_bottleneck(torch.cat(outputs, dim=1))


def _resize(features: Tensor, like: Tensor) -> Tensor:
    return F.interpolate(features, like.shape[-2:], mode="bilinear")
