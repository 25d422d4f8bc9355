"""Four scales out of the equally large maps of a vision transformer."""

from collections.abc import Sequence

from mmcv.cnn import build_norm_layer
from mmengine.model import BaseModule
from torch import Tensor, nn

from mcf.registry import MODELS


@MODELS.register_module()
class ViTFeaturePyramid(BaseModule):
    """Adapters that make maps of stride 4, 8, 16 and 32 (protocol §2.1, "fpns").

    For the taps in order: two transposed convolutions with norm and GELU between them
    (×4), one transposed convolution (×2), nothing, max pooling (×1/2). Channels stay.

    Args:
        embed_dims: Channels C of the maps.
        norm_cfg: Norm in the first adapter; SyncBN as released.
        init_cfg: Weight initialisation.
    """

    def __init__(
        self,
        embed_dims: int = 768,
        *,
        norm_cfg: dict | None = None,
        init_cfg: dict | list[dict] | None = None,
    ) -> None:
        super().__init__(init_cfg)

        def double() -> nn.Module:
            return nn.ConvTranspose2d(embed_dims, embed_dims, kernel_size=2, stride=2)

        norm = build_norm_layer(norm_cfg or dict(type="SyncBN"), embed_dims)[1]
        self.adapters = nn.ModuleList(
            [
                nn.Sequential(double(), norm, nn.GELU(), double()),
                double(),
                nn.Identity(),
                nn.MaxPool2d(kernel_size=2, stride=2),
            ]
        )

    def forward(self, maps: Sequence[Tensor]) -> tuple[Tensor, ...]:
        """Rescale one map [B, C, h, w] per level to 4h, 2h, h and h // 2 rows.

        Raises:
            ValueError: If there are not four maps.
        """
        if len(maps) != len(self.adapters):
            raise ValueError(
                f"{len(maps)} maps for {len(self.adapters)} levels; set out_indices of "
                f"the backbone to {len(self.adapters)} blocks"
            )
        return tuple(adapter(m) for adapter, m in zip(self.adapters, maps, strict=True))
