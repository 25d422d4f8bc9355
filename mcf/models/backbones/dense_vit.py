"""Vision transformer that outputs feature maps at several depths for dense tasks."""

from collections.abc import Sequence

import torch
from mmpretrain.models import VisionTransformer
from torch import Tensor
from torch.nn import functional as F
from torch.utils.checkpoint import checkpoint

from mcf.models.lora import add_lora
from mcf.registry import MODELS


@MODELS.register_module()
class DenseViT(VisionTransformer):
    """mmpretrain's ViT as the released fine-tuning uses it (protocol §2.1).

    Images are resized to the input size (bilinear, align_corners False), positions are
    trained on the grid of that size, and the maps are raw outputs of blocks: no norm
    follows the last one. The state dict is that of mmpretrain's ``VisionTransformer``
    without final norm; positions of another grid are resized on loading, bicubic.

    Args:
        arch: Name of an architecture of mmpretrain, or a dict with ``embed_dims``,
            ``num_layers``, ``num_heads`` and ``feedforward_channels``.
        input_size: Side or (height, width) that the transformer sees, in pixels.
        patch_size: Side of a patch in pixels.
        out_indices: Blocks whose outputs are returned, 0-based. [3, 5, 7, 11] for B,
            [7, 11, 15, 23] for L.
        drop_path_rate: Stochastic depth rate of the last block.
        frozen_stages: Blocks that are not trained, counted from the first, with all
            that comes before them; -1 trains all.
        lora_rank: Rank of trained additions to the linear layers of all blocks, while
            their own weights stay (:mod:`mcf.models.lora`); 0 adds none.
        norm_cfg: Normalisation layers; CLIP's have ``eps=1e-5``.
        layer_cfgs: More settings of the transformer blocks.
        pre_norm: Whether a LayerNorm precedes the blocks, as in CLIP.
        with_cp: Whether training recomputes activations to save memory, as released.
        init_cfg: Weight initialisation.

    Raises:
        ValueError: If a tap is no block, the patch does not divide the input size, or
            blocks that are frozen shall have additions.
    """

    def __init__(
        self,
        arch: str | dict = "base",
        *,
        input_size: int | tuple[int, int] = 448,
        patch_size: int = 16,
        out_indices: Sequence[int] = (3, 5, 7, 11),
        drop_path_rate: float = 0.0,
        frozen_stages: int = -1,
        lora_rank: int = 0,
        norm_cfg: dict | None = None,
        layer_cfgs: dict | None = None,
        pre_norm: bool = False,
        with_cp: bool = False,
        init_cfg: dict | list[dict] | None = None,
    ) -> None:
        super().__init__(
            arch=arch,
            img_size=input_size,
            patch_size=patch_size,
            out_indices=[],
            out_type="featmap",
            final_norm=False,
            drop_path_rate=drop_path_rate,
            frozen_stages=frozen_stages,
            norm_cfg=norm_cfg or dict(type="LN", eps=1e-6),
            layer_cfgs=layer_cfgs or {},
            pre_norm=pre_norm,
            init_cfg=init_cfg,
        )
        if not out_indices or not all(0 <= i < self.num_layers for i in out_indices):
            raise ValueError(
                f"out_indices={out_indices} must name some of the {self.num_layers} "
                "blocks, from 0"
            )
        if any(side % patch_size for side in self.img_size):
            raise ValueError(
                f"input_size={input_size} must be a multiple of the patch {patch_size}"
            )
        self.out_indices = list(out_indices)
        self.with_cp = with_cp
        if lora_rank and frozen_stages != -1:
            raise ValueError(
                f"lora_rank={lora_rank} freezes all but its additions to every block, "
                f"so frozen_stages={frozen_stages} has no meaning; leave one out"
            )
        if lora_rank:
            add_lora(self, lora_rank)

    def forward(self, images: Tensor) -> tuple[Tensor, ...]:
        """Encode images.

        Args:
            images: Normalised images [B, 3, H, W] of any size.

        Returns:
            One map [B, C, h, w] for each tap, h and w being the input size over the
            patch size.
        """
        if images.shape[-2:] != self.img_size:
            images = F.interpolate(images, self.img_size, mode="bilinear")
        patches, grid = self.patch_embed(images)
        cls_token = self.cls_token.expand(images.shape[0], -1, -1)
        tokens = torch.cat([cls_token, patches], dim=1) + self.pos_embed
        tokens = self.pre_norm(tokens)
        maps = []
        for i, layer in enumerate(self.layers):
            if self.with_cp and self.training:
                tokens = checkpoint(layer, tokens, use_reentrant=False)
            else:
                tokens = layer(tokens)
            if i in self.out_indices:
                maps.append(self._format_output(tokens, grid))
        return tuple(maps)

    def get_layer_depth(self, param_name: str, prefix: str = "") -> tuple[int, int]:
        """Depth of a parameter's layer and number of layers, for layer-wise decay.

        As in mmpretrain, where the norm before the blocks counts as the last layer:
        here it belongs to the first, with patches and positions.

        Args:
            param_name: Name of the parameter.
            prefix: What the names of this backbone's parameters begin with.
        """
        depth, count = super().get_layer_depth(param_name, prefix)
        return 0 if param_name.startswith(f"{prefix}pre_norm.") else depth, count
