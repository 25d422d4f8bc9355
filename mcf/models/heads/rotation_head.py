"""Classifier head of mmpretrain that predicts how a person's head is turned."""

from collections.abc import Sequence

import torch
from mmengine.model import BaseModule
from mmpretrain.structures import DataSample
from torch import Tensor, nn

from mcf.models.losses.rotation import geodesic_loss, rotation_of_six
from mcf.registry import MODELS


@MODELS.register_module()
class RotationHead(BaseModule):
    """Six numbers that become a rotation, trained by the angle to the true one.

    As 6DRepNet (arXiv 2202.12555). Samples have ``gt_rotation`` [3,3] and get
    ``pred_rotation`` [3,3].

    Args:
        in_channels: Of the features.
        init_cfg: Weight initialisation.
    """

    def __init__(
        self, in_channels: int, *, init_cfg: dict | list[dict] | None = None
    ) -> None:
        super().__init__(init_cfg)
        self.fc = nn.Linear(in_channels, 6)

    def forward(self, feats: Sequence[Tensor]) -> Tensor:
        """Rotations [B,3,3] of features, the last [B,C]."""
        return rotation_of_six(self.fc(feats[-1]).float())

    def loss(
        self, feats: Sequence[Tensor], data_samples: Sequence[DataSample]
    ) -> dict[str, Tensor]:
        """Mean angle to the true rotations, in radians."""
        rotations = self(feats)
        target = [torch.as_tensor(s.get("gt_rotation")) for s in data_samples]
        return dict(loss=geodesic_loss(rotations, torch.stack(target).to(rotations)))

    def predict(
        self,
        feats: Sequence[Tensor],
        data_samples: Sequence[DataSample | None] | None = None,
    ) -> list[DataSample]:
        """Samples with ``pred_rotation``."""
        rotations = self(feats)
        samples = data_samples or [None] * len(rotations)
        samples = [DataSample() if one is None else one for one in samples]
        for sample, rotation in zip(samples, rotations, strict=True):
            sample.set_field(rotation.detach(), "pred_rotation")
        return samples
