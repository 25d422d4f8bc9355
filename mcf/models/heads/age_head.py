"""Heads that tell ages, for mmpretrain's classifier."""

from collections.abc import Sequence

import torch
from mmengine.model import BaseModule
from mmpretrain.structures import DataSample
from torch import Tensor, nn

from mcf.models.losses.age import (
    coral_loss,
    coral_rank,
    distribution_loss,
    expected_age,
)
from mcf.registry import MODELS


class AgeHead(BaseModule):
    """What heads of ages share: ``gt_age`` in, ``pred_age`` out, both in years.

    Args:
        youngest: Age of the first bin or rank.
        oldest: Age of the last.
        init_cfg: Weight initialisation.

    Raises:
        ValueError: If there are fewer than two ages.
    """

    def __init__(
        self, youngest: int, oldest: int, *, init_cfg: dict | list[dict] | None
    ) -> None:
        super().__init__(init_cfg)
        if not 0 <= youngest < oldest:
            raise ValueError(f"youngest={youngest} must be below oldest={oldest}")
        self.youngest, self.oldest = youngest, oldest
        ages = torch.arange(youngest, oldest + 1, dtype=torch.float32)
        self.register_buffer("ages", ages, persistent=False)

    def loss(
        self, feats: Sequence[Tensor], data_samples: Sequence[DataSample]
    ) -> dict[str, Tensor]:
        """Named losses of features, the last [B,C], with ``gt_age`` of each sample."""
        logits = self(feats)
        ages = [torch.as_tensor(s.get("gt_age")).reshape(()) for s in data_samples]
        return self.age_losses(logits, torch.stack(ages).to(logits))

    def predict(
        self,
        feats: Sequence[Tensor],
        data_samples: Sequence[DataSample | None] | None = None,
    ) -> list[DataSample]:
        """Samples with ``pred_age`` [], in years."""
        ages = self.age_of(self(feats))
        samples = data_samples or [None] * len(ages)
        samples = [DataSample() if one is None else one for one in samples]
        for sample, age in zip(samples, ages, strict=True):
            sample.set_field(age.detach(), "pred_age")
        return samples

    def age_losses(self, logits: Tensor, ages: Tensor) -> dict[str, Tensor]:
        """Named losses of logits and ages [B] in years."""
        raise NotImplementedError

    def age_of(self, logits: Tensor) -> Tensor:
        """Ages [B] in years of logits."""
        raise NotImplementedError


@MODELS.register_module()
class DistributionAgeHead(AgeHead):
    """Age as a distribution over years: DLDL-v2, and Faceptor with 101 bins, σ = 2.

    Args:
        in_channels: Of the features.
        youngest: Age of the first bin.
        oldest: Age of the last.
        deviation: Of the normal distribution that is aimed at, in years.
        distance_weight: Factor on the absolute error of the expected age.
        init_cfg: Weight initialisation.
    """

    def __init__(
        self,
        in_channels: int,
        *,
        youngest: int = 0,
        oldest: int = 100,
        deviation: float = 2.0,
        distance_weight: float = 1.0,
        init_cfg: dict | list[dict] | None = None,
    ) -> None:
        super().__init__(youngest, oldest, init_cfg=init_cfg)
        self.deviation, self.distance_weight = deviation, distance_weight
        self.fc = nn.Linear(in_channels, oldest - youngest + 1)

    def forward(self, feats: Sequence[Tensor]) -> Tensor:
        """Logits [B,K] of the bins."""
        return self.fc(feats[-1])

    def age_losses(self, logits: Tensor, ages: Tensor) -> dict[str, Tensor]:
        """Divergence of the distribution and error of its mean."""
        divergence, error = distribution_loss(logits, ages, self.ages, self.deviation)
        return dict(loss_kl=divergence, loss_l1=self.distance_weight * error)

    def age_of(self, logits: Tensor) -> Tensor:
        """Expected ages [B]."""
        return expected_age(logits, self.ages)


@MODELS.register_module()
class CoralAgeHead(AgeHead):
    """Age as a rank: one weight vector and a bias for each question "older than k?".

    Args:
        in_channels: Of the features.
        youngest: Age of the first rank; younger faces count as this.
        oldest: Age of the last rank.
        init_cfg: Weight initialisation.
    """

    def __init__(
        self,
        in_channels: int,
        *,
        youngest: int = 21,
        oldest: int = 60,
        init_cfg: dict | list[dict] | None = None,
    ) -> None:
        super().__init__(youngest, oldest, init_cfg=init_cfg)
        self.fc = nn.Linear(in_channels, 1, bias=False)
        self.biases = nn.Parameter(torch.zeros(oldest - youngest))

    def forward(self, feats: Sequence[Tensor]) -> Tensor:
        """Logits [B,R-1] of the questions."""
        return self.fc(feats[-1]) + self.biases

    def age_losses(self, logits: Tensor, ages: Tensor) -> dict[str, Tensor]:
        """Cross-entropy of all questions."""
        levels = ages.clamp(self.youngest, self.oldest).round() - self.youngest
        return dict(loss=coral_loss(logits, levels))

    def age_of(self, logits: Tensor) -> Tensor:
        """Ages [B] of the ranks."""
        return self.youngest + coral_rank(logits).to(logits)
