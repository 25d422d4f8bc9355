"""Head that reads attributes of a whole face off the tokens of a transformer."""

from collections.abc import Sequence

import torch
from mmpretrain.models.heads import MultiLabelClsHead
from torch import Tensor, nn

from mcf.registry import MODELS


@MODELS.register_module()
class PooledTokensHead(MultiLabelClsHead):
    """Three poolings, each normalised, weighted and classified by one linear layer.

    Mean and maximum of the patch tokens and the class token, each after a LayerNorm
    of its own, are added with weights that are the softmax of three learned numbers:
    the head of the released attribute network of FaRL. Losses and predictions are
    those of mmpretrain's ``MultiLabelClsHead``.

    Args:
        in_channels: Channels C of a token.
        num_classes: Number of attributes A.
        norm_eps: Of the LayerNorms; CLIP's is 1e-5.
        loss: Config of the loss; binary cross-entropy if None.
        thr: Probability from which an attribute counts as present.
        init_cfg: Weight initialisation.
    """

    def __init__(
        self,
        in_channels: int,
        num_classes: int,
        *,
        norm_eps: float = 1e-5,
        loss: dict | None = None,
        thr: float = 0.5,
        init_cfg: dict | list[dict] | None = None,
    ) -> None:
        loss = loss or dict(type="mmpretrain.CrossEntropyLoss", use_sigmoid=True)
        super().__init__(loss=loss, thr=thr, init_cfg=init_cfg)
        self.norms = nn.ModuleList(
            nn.LayerNorm(in_channels, eps=norm_eps) for _ in range(3)
        )
        self.weights = nn.Parameter(torch.zeros(3))
        self.fc = nn.Linear(in_channels, num_classes)

    def pre_logits(self, feats: Sequence[Tensor]) -> Tensor:
        """Weighted sum of the poolings [B,C] of tokens [B,1+L,C], class token first."""
        cls_token, patches = feats[-1][:, 0], feats[-1][:, 1:]
        pooled = (patches.mean(dim=1), patches.amax(dim=1), cls_token)
        normed = [norm(one) for norm, one in zip(self.norms, pooled, strict=True)]
        shares = self.weights.softmax(dim=0)
        return (torch.stack(normed) * shares[:, None, None]).sum(dim=0)

    def forward(self, feats: Sequence[Tensor]) -> Tensor:
        """Logits [B,A]."""
        return self.fc(self.pre_logits(feats))
