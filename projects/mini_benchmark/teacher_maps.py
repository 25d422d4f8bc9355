"""A teacher as a backbone, to be probed."""

from mmengine.registry import DefaultScope

from mcf.checkpoint.formats import IMAGENET
from mcf.models.frozen_backbone import FrozenBackbone
from mcf.models.teachers.tap_maps import TapMaps
from mcf.registry import MODELS

IMG_SIZE, GRID = 64, 8
"""Pixels and cells of the arms, for a fair look at what their teacher sees."""


def teacher_backbone(teacher: dict) -> FrozenBackbone:
    """Teacher of a config, behind the interface of frozen backbones."""
    with DefaultScope.overwrite_default_scope("mmpretrain"):
        model = MODELS.build(teacher)
    model.set_input_statistics(IMAGENET.mean, IMAGENET.std)
    maps = TapMaps(model, GRID).eval()
    return FrozenBackbone(maps, teacher, IMG_SIZE, IMAGENET.mean, IMAGENET.std)
