"""Vision transformer that can encode all patches or only the visible ones."""

from collections.abc import Sequence

import torch
from mmpretrain.models import VisionTransformer
from mmpretrain.models.utils import resize_pos_embed
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

from mcf.models.position_embedding import sincos_position_embedding
from mcf.registry import MODELS


@MODELS.register_module()
class MaskedViT(VisionTransformer):
    """mmpretrain's ViT with two more methods, for masked pre-training.

    Indices of the visible patches come from outside, so any mask strategy fits.
    Positions are fixed sine-cosine ones, as in MAE and the released MCF
    (protocol §1.2). The state dict is that of mmpretrain's ``VisionTransformer``.

    Args:
        arch: Name of an architecture of mmpretrain (note that ViT-S is
            ``deit-small`` there) or a dict with ``embed_dims``, ``num_layers``,
            ``num_heads`` and ``feedforward_channels``.
        img_size: Side or (height, width) of the images in pixels.
        patch_size: Side of a patch in pixels.
        out_indices: Blocks whose outputs ``forward`` returns.
        out_type: What ``forward`` returns of them: ``raw``, ``cls_token``,
            ``featmap`` or ``avg_featmap``.
        final_norm: Whether a last LayerNorm follows the last block.
        drop_path_rate: Stochastic depth rate of the last block.
        norm_cfg: Normalisation layers.
        layer_cfgs: More settings of the transformer blocks.
        pre_norm: Whether a LayerNorm precedes the blocks, as in CLIP.
        with_cp: Whether the two encode methods recompute activations in the backward
            pass of training to save memory.
        init_cfg: Weight initialisation; Xavier-uniform by default, as released.

    Raises:
        ValueError: If ``init_cfg`` is a list with ``Pretrained`` in it.
    """

    def __init__(
        self,
        arch: str | dict = "base",
        *,
        img_size: int | tuple[int, int] = 224,
        patch_size: int = 16,
        out_indices: int | Sequence[int] = -1,
        out_type: str = "cls_token",
        final_norm: bool = True,
        drop_path_rate: float = 0.0,
        norm_cfg: dict | None = None,
        layer_cfgs: dict | None = None,
        pre_norm: bool = False,
        with_cp: bool = False,
        init_cfg: dict | list[dict] | None = None,
    ) -> None:
        if isinstance(init_cfg, list) and any(
            part["type"] == "Pretrained" for part in init_cfg
        ):
            raise ValueError(
                f"init_cfg={init_cfg}: mmpretrain would draw some weights again; give "
                "Pretrained alone, not in a list"
            )
        super().__init__(
            arch=arch,
            img_size=img_size,
            patch_size=patch_size,
            out_indices=out_indices
            if isinstance(out_indices, int)
            else list(out_indices),
            out_type=out_type,
            final_norm=final_norm,
            drop_path_rate=drop_path_rate,
            norm_cfg=norm_cfg or dict(type="LN", eps=1e-6),
            layer_cfgs=layer_cfgs or {},
            pre_norm=pre_norm,
            init_cfg=init_cfg
            or dict(type="Xavier", layer="Linear", distribution="uniform"),
        )
        self.pos_embed.requires_grad = False
        self.with_cp = with_cp

    def init_weights(self) -> None:
        """Initialise as MAE does, unless a pre-trained checkpoint is configured.

        The biases of mmpretrain's MLPs start at N(0, 1e-6) instead of MAE's zero.
        """
        super().init_weights()
        if isinstance(self.init_cfg, dict) and self.init_cfg["type"] == "Pretrained":
            return
        self.pos_embed.data.copy_(
            sincos_position_embedding(self.patch_resolution, self.embed_dims)
        )
        nn.init.xavier_uniform_(self.patch_embed.projection.weight.data.flatten(1))
        nn.init.normal_(self.cls_token, std=0.02)

    def encode_all(self, images: Tensor) -> Tensor:
        """Encode every patch.

        Args:
            images: Normalised images [B, 3, H, W].

        Returns:
            Tokens after the last norm, class token first [B, 1 + L, C].
        """
        cls_token, patches = self._embed(images)
        return self._normed(self._transform(torch.cat([cls_token, patches], dim=1)))

    def encode_kept(self, images: Tensor, keep: Tensor) -> Tensor:
        """Encode only the visible patches.

        Args:
            images: Normalised images [B, 3, H, W].
            keep: Indices of the visible patches [B, K].

        Returns:
            Tokens after the last norm, class token first, patches in the order of
            ``keep`` [B, 1 + K, C].
        """
        cls_token, patches = self._embed(images)
        index = keep.unsqueeze(-1).expand(-1, -1, patches.shape[-1])
        visible = patches.gather(dim=1, index=index)
        return self._normed(self._transform(torch.cat([cls_token, visible], dim=1)))

    @torch.no_grad()
    def attention(self, images: Tensor) -> Tensor:
        """Attention that the class token pays to each patch in the last block.

        Args:
            images: Normalised images [B, 3, H, W].

        Returns:
            Mean over the heads [B, L]; with the class token's own share it sums to 1.
        """
        cls_token, patches = self._embed(images)
        tokens = torch.cat([cls_token, patches], dim=1)
        tokens = self._transform(tokens, num_layers=self.num_layers - 1)
        last = self.layers[-1]
        query, key, _ = (
            part.unflatten(-1, (last.attn.num_heads, -1)).transpose(1, 2)
            for part in last.attn.qkv(last.ln1(tokens)).chunk(3, dim=-1)
        )
        scores = query[:, :, :1] @ key.transpose(-2, -1) / key.shape[-1] ** 0.5
        return scores.softmax(dim=-1).mean(dim=1)[:, 0, 1:]

    def _embed(self, images: Tensor) -> tuple[Tensor, Tensor]:
        patches, grid = self.patch_embed(images)
        position = resize_pos_embed(
            self.pos_embed,
            self.patch_resolution,
            grid,
            self.interpolate_mode,
            self.num_extra_tokens,
        )
        cls_token = (self.cls_token + position[:, :1]).expand(len(images), -1, -1)
        return cls_token, patches + position[:, 1:]

    def _transform(self, tokens: Tensor, num_layers: int | None = None) -> Tensor:
        tokens = self.pre_norm(tokens)
        for layer in self.layers[:num_layers]:
            if self.with_cp and self.training:
                tokens = checkpoint(layer, tokens, use_reentrant=False)
            else:
                tokens = layer(tokens)
        return tokens

    def _normed(self, tokens: Tensor) -> Tensor:
        return self.ln1(tokens) if self.final_norm else tokens
