"""Decoder from visible tokens to a pseudo image."""

from mmpretrain.models import MAEPretrainDecoder
from torch import Tensor, nn

from mcf.models.position_embedding import sincos_position_embedding
from mcf.registry import MODELS


def unpatchify(patches: Tensor, patch_size: int, grid: tuple[int, int]) -> Tensor:
    """Lay flat patches out as an image.

    Args:
        patches: Pixels of each patch, channels last [B, h * w, P * P * 3].
        patch_size: Side P of a patch in pixels.
        grid: Rows h and columns w.

    Returns:
        Images [B, 3, h * P, w * P].
    """
    h, w = grid
    x = patches.reshape(len(patches), h, w, patch_size, patch_size, 3)
    return x.permute(0, 5, 1, 3, 2, 4).reshape(
        len(patches), 3, h * patch_size, w * patch_size
    )


@MODELS.register_module()
class PseudoImageDecoder(MAEPretrainDecoder):
    """MAE's decoder whose pixels are read by a frozen teacher, not compared.

    The "partially pre-trained decoder" of the paper is this learnable part (M0)
    followed by the teacher (M1); protocol §1.1 and §1.3.

    Args:
        img_size: Side or (height, width) of the images in pixels.
        patch_size: Side of a patch in pixels.
        encoder_dims: Channels of the encoder's tokens.
        embed_dims: Channels of the decoder.
        depth: Transformer blocks.
        num_heads: Attention heads.
        mlp_ratio: Hidden channels of the MLPs over ``embed_dims``.

    Raises:
        ValueError: If the image is not a whole number of patches.
    """

    def __init__(
        self,
        img_size: int | tuple[int, int] = 224,
        *,
        patch_size: int = 16,
        encoder_dims: int = 768,
        embed_dims: int = 512,
        depth: int = 8,
        num_heads: int = 16,
        mlp_ratio: float = 4.0,
    ) -> None:
        size = (img_size, img_size) if isinstance(img_size, int) else img_size
        if size[0] % patch_size or size[1] % patch_size:
            raise ValueError(
                f"img_size={size} must be a multiple of patch_size={patch_size}"
            )
        grid = (size[0] // patch_size, size[1] // patch_size)
        super().__init__(
            num_patches=grid[0] * grid[1],
            patch_size=patch_size,
            embed_dim=encoder_dims,
            decoder_embed_dim=embed_dims,
            decoder_depth=depth,
            decoder_num_heads=num_heads,
            mlp_ratio=mlp_ratio,
            init_cfg=dict(type="Xavier", layer="Linear", distribution="uniform"),
        )
        self.grid = grid
        self.patch_size = patch_size

    def init_weights(self) -> None:
        """Initialise as MAE does, with positions in MAE's channel order."""
        super(MAEPretrainDecoder, self).init_weights()  # the skipped one is square
        nn.init.normal_(self.mask_token, std=0.02)
        self.decoder_pos_embed.data.copy_(
            sincos_position_embedding(self.grid, self.decoder_pos_embed.shape[-1])
        )

    def forward(self, tokens: Tensor, restore: Tensor) -> Tensor:
        """Decode visible tokens into an image in the model's normalised space.

        Args:
            tokens: Class token and visible tokens [B, 1 + K, C].
            restore: Where each patch stands in "visible first, hidden after" [B, L].

        Returns:
            Pseudo images [B, 3, H, W].
        """
        patches = super().forward(tokens, restore)
        return unpatchify(patches, self.patch_size, self.grid)
