"""The same config with one setting changed."""

import copy
from collections.abc import Callable

from mmengine.config import Config


def with_image_size(cfg: Config, size: int) -> Config:
    """Images of another side in pixels; the teacher sees them as they are."""
    cfg = copy.deepcopy(cfg)
    cfg.model.backbone.img_size = cfg.model.neck.img_size = size
    teacher = cfg.model.target_generator
    teacher.input_size = None
    if "img_size" in teacher.model:
        teacher.model.img_size = size
    return cfg


def with_arch(cfg: Config, arch: str) -> Config:
    """Another size of the trained ViT, by mmpretrain's name of it."""
    from mmpretrain.models import VisionTransformer

    cfg = copy.deepcopy(cfg)
    width = VisionTransformer(arch=arch, img_size=32, patch_size=32).embed_dims
    cfg.model.backbone.arch = arch
    cfg.model.neck.encoder_dims = cfg.model.projector.in_channels = width
    return cfg


def with_mask_ratio(cfg: Config, ratio: float) -> Config:
    """Another share of hidden patches."""
    cfg = copy.deepcopy(cfg)
    cfg.model.masking.ratio = ratio
    return cfg


SETTINGS: dict[str, Callable[[Config, object], Config]] = dict(
    image_size=with_image_size, arch=with_arch, mask_ratio=with_mask_ratio
)
"""What can be varied besides the batch, by name."""
