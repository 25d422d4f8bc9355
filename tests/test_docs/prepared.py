"""Files and names that pages take for granted."""

from collections.abc import Callable

import torch
from mmpretrain.models import VisionTransformer
from torch import nn

from mcf.checkpoint import from_mmpretrain

ARCH = dict(embed_dims=64, num_layers=2, num_heads=1, feedforward_channels=128)


def checkpoints() -> dict[str, nn.Module]:
    """A tiny FaRL and a tiny MoCo v3 file, and a network for the second."""
    farl = VisionTransformer(
        ARCH,
        img_size=224,
        patch_size=16,
        pre_norm=True,
        norm_cfg=dict(type="LN", eps=1e-5),
        layer_cfgs=dict(act_cfg=dict(type="mmpretrain.QuickGELU")),
    )
    state = from_mmpretrain(farl.state_dict(), "farl")
    torch.save({"state_dict": state}, "farl.pth")
    teacher = VisionTransformer(ARCH, img_size=224, patch_size=16)
    state = from_mmpretrain(teacher.state_dict(), "mocov3")
    torch.save({"state_dict": state}, "moco-v3.pth.tar")
    return dict(teacher=teacher)


PREPARE: dict[str, Callable[[], dict]] = {"docs/checkpoints.md": checkpoints}
