"""Pre-training configs with tiny networks and teachers' weights on disk."""

from pathlib import Path

import torch
from mmengine.config import ConfigDict
from mmengine.registry import DefaultScope
from safetensors.torch import save_file

from mcf.checkpoint import from_mmpretrain
from mcf.registry import MODELS

VIT = dict(embed_dims=24, num_layers=12, num_heads=2, feedforward_channels=48)
CONVNEXT = dict(depths=[1, 1, 1, 1], channels=[8, 8, 16, 24])
NETWORKS = {  # type: (changes, channels of the last map)
    "SwinTransformer": (
        dict(arch=dict(embed_dims=8, depths=[1] * 4, num_heads=[1, 2, 2, 2])),
        64,
    ),
    "HiViT": (
        dict(arch=dict(embed_dims=32, depths=[1, 1, 7], num_heads=2), out_indices=[6]),
        32,
    ),
    "ConvNeXt": (dict(arch=CONVNEXT), 24),
    "ResNet": (dict(depth=18, stem_channels=8, base_channels=8), 64),
    "mcf.TimmBackbone": (
        dict(settings=dict(depths=(1, 1, 1, 1), dims=(8, 8, 16, 24))),
        24,
    ),
}
FORMATS = {  # part of the public file's name: format, and what else it holds
    "vit-b-300ep": ("mocov3", "module.predictor.0.weight"),
    "mae_pretrain": ("timm", None),
    "dino_vit": ("timm", None),
    "dinov2": ("dinov2", "mask_token"),
    "FaRL": ("farl", "token_embedding.weight"),
    "clip": ("farl", "token_embedding.weight"),
}


def shrink(model: ConfigDict, folder: Path) -> None:
    """Make every network tiny; keep grids, taps, masks and losses."""
    width = shrink_backbone(model.backbone)
    model.neck.update(encoder_dims=width, embed_dims=16, depth=1, num_heads=2)
    model.projector.update(in_channels=width, hid_channels=32, out_channels=16)
    model.head.predictor.update(in_channels=16, hid_channels=32, out_channels=16)
    generator = model.target_generator
    if generator.type == "mcf.CachedTeacher":
        generator.folder = str(folder / "features")
        generator = generator.teacher
    for i, teacher in enumerate(generator.get("teachers", [generator])):
        shrink_teacher(teacher, folder / f"teacher_{i}")


def shrink_backbone(backbone: ConfigDict) -> int:
    """Make the encoder of a pre-training config tiny; return its width."""
    if backbone.type == "mcf.MaskedViT":
        depth = 24 if backbone.arch == "large" else VIT["num_layers"]
        backbone.arch = VIT | dict(num_layers=depth)
        return VIT["embed_dims"]
    changes, width = NETWORKS[backbone.network.type]
    backbone.network.update(changes)
    return width // 2 if backbone.network.get("num_stages") == 3 else width


def shrink_teacher(teacher: ConfigDict, file: Path) -> None:
    """Make a teacher tiny and write weights for it; packaged ones stay."""
    network, checkpoint = teacher.model, teacher.checkpoint
    if checkpoint.startswith("package://"):
        return  # real weights, small enough
    if network.type == "VisionTransformer":
        network.arch = VIT
    elif network.type == "ResNet":
        network.update(depth=18, stem_channels=8, base_channels=8)
    elif network.type == "mcf.TimmModel":
        network.settings = dict(depths=(1, 1, 1, 1), dims=(8, 8, 16, 24))
    with DefaultScope.overwrite_default_scope("mmpretrain"):
        state = MODELS.build(network).state_dict()
    extra = None
    if network.type == "VisionTransformer":
        (found,) = [v for part, v in FORMATS.items() if part in checkpoint]
        state, extra = from_mmpretrain(state, found[0]), found[1]
    if extra:
        state[extra] = torch.zeros(2)
    teacher.checkpoint = str(file.with_suffix(Path(checkpoint).suffix))
    if checkpoint.endswith(".safetensors"):
        save_file({k: v.contiguous() for k, v in state.items()}, teacher.checkpoint)
    else:
        torch.save({"state_dict": state}, teacher.checkpoint)
