"""CosFace, like mmpretrain's ArcFace."""

from mmpretrain.models.heads import ArcFaceClsHead
from torch import Tensor
from torch.nn import functional as F

from mcf.registry import MODELS


@MODELS.register_module()
class CosFaceClsHead(ArcFaceClsHead):
    """Large margin cosine loss (arXiv 1801.09414): cos θ - m for the own class.

    All but the margin is that of ``ArcFaceClsHead``; ``margins`` is in cosines.

    Args:
        num_classes: Number of people.
        in_channels: Of the features.
        scale: Factor on the cosines.
        margins: m.
        init_cfg: Weight initialisation.
    """

    def __init__(
        self,
        num_classes: int,
        in_channels: int,
        *,
        scale: float = 64.0,
        margins: float = 0.35,
        init_cfg: dict | list[dict] | None = None,
    ) -> None:
        super().__init__(
            num_classes, in_channels, scale=scale, margins=margins, init_cfg=init_cfg
        )

    def _get_logit_with_margin(self, pre_logits: Tensor, target: Tensor) -> Tensor:
        own = F.one_hot(target.flatten(), self.num_classes).to(pre_logits)
        return self.norm_product(pre_logits) - own * self.margins
