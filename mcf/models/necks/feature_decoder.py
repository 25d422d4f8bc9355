"""Decoder from visible tokens to features of every patch."""

from collections.abc import Sequence

from mmpretrain.models import MAEPretrainDecoder
from torch import Tensor, nn

from mcf.models.necks.pseudo_image_decoder import PseudoImageDecoder
from mcf.registry import MODELS


@MODELS.register_module()
class FeatureDecoder(PseudoImageDecoder):
    """The decoder of MCF with a last layer of features in the place of pixels.

    Args:
        outputs: Numbers that each patch predicts of each tap of the teacher: k·k·C for
            k x k cells of C channels, see ``mcf.TeacherCells``.
        img_size: Side or (height, width) of the student's images in pixels.
        patch_size: Side of a patch in pixels.
        encoder_dims: Channels of the encoder's tokens.
        embed_dims: Channels of the decoder.
        depth: Transformer blocks.
        num_heads: Attention heads.
        mlp_ratio: Hidden channels of the MLPs over ``embed_dims``.

    Raises:
        ValueError: If the image is not a whole number of patches, or there is no tap.
    """

    def __init__(
        self,
        outputs: Sequence[int],
        *,
        img_size: int | tuple[int, int] = 224,
        patch_size: int = 16,
        encoder_dims: int = 768,
        embed_dims: int = 512,
        depth: int = 8,
        num_heads: int = 16,
        mlp_ratio: float = 4.0,
    ) -> None:
        if not outputs or min(outputs) < 1:
            raise ValueError(f"outputs={list(outputs)}: give at least 1 for each tap")
        super().__init__(
            img_size,
            patch_size=patch_size,
            encoder_dims=encoder_dims,
            embed_dims=embed_dims,
            depth=depth,
            num_heads=num_heads,
            mlp_ratio=mlp_ratio,
        )
        self.outputs = list(outputs)
        # one linear layer per tap, computed as one
        self.decoder_pred = nn.Linear(embed_dims, sum(outputs))

    def forward(self, tokens: Tensor, restore: Tensor) -> list[Tensor]:
        """Predict the features of every patch, visible or not.

        Args:
            tokens: Class token and visible tokens [B, 1 + K, C].
            restore: Where each patch stands in "visible first, hidden after" [B, L].

        Returns:
            One [B, L, outputs] tensor per tap.
        """
        predicted = MAEPretrainDecoder.forward(self, tokens, restore)
        return list(predicted.split(self.outputs, dim=-1))
