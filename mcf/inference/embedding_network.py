"""Frozen backbones on crops of faces."""

from dataclasses import replace

import numpy as np

from mcf.crops.recipes import CropRecipe, get_recipe
from mcf.crops.rule import CropRule
from mcf.models.frozen_backbone import FrozenBackbone, Pooling, pooled_features


class EmbeddingNetwork:
    """A pre-trained backbone, pooled; see :class:`EmbeddingModel`.

    Faces are cut by the recipe of its training set, where its file tells it, and by
    ``square`` where it does not or where that set came cut (recipe ``whole``).

    Args:
        backbone: Result of a loader of :mod:`mcf.models.frozen_backbone`.
        pooling: ``mean`` of the patch tokens, or ``cls``.

    Attributes:
        backbone: The frozen backbone.

    Raises:
        ValueError: If the backbone has no class token to give.
    """

    def __init__(self, backbone: FrozenBackbone, *, pooling: Pooling = "mean") -> None:
        recipe = get_recipe("square")
        if backbone.crop is not None and backbone.crop.get("kind") != "whole":
            recipe = CropRecipe.from_dict(backbone.crop)
        size = backbone.img_size
        self.rule = CropRule("recipe", (size, size), recipe=replace(recipe, size=size))
        self.backbone = backbone
        self._pooling = pooling
        blank = np.zeros((1, size, size, 3), np.uint8)
        self.length = self.predict(blank).shape[1]

    def predict(self, crops: np.ndarray) -> np.ndarray:
        """float32 [B,C] of uint8 BGR crops [B,h,w,3]."""
        return pooled_features(self.backbone, crops, pooling=self._pooling)
