"""Points and parts of a face in one pass through one backbone."""

import torch
from mmengine.model import BaseModel
from torch import Tensor, nn
from torch.nn import functional as F

from mcf.models.heatmap import gaussian_distribution, softmax_points
from mcf.registry import MODELS

from .top_down_fusion import separable_conv

CELL_SIGMA = 1.0
"""Of the target distribution of a point, in cells of the map."""


@MODELS.register_module()
class LandmarksAndParts(BaseModel):
    """A backbone, a pyramid, and two heads on its one map.

    A point is the mean position under the softmax of its map. Its losses: the distance
    in shares of the crop, and the cross-entropy of the map with a Gaussian. Points
    outside of the crop do not count. The losses of parts: cross-entropy over the pixels
    and one minus the soft Dice score, mean over the classes of the batch.

    Args:
        backbone: Config; gives maps, finest first, and has ``out_channels``.
        neck: Config of the pyramid; gives one map.
        channels: Of that map.
        points: Number K of points.
        classes: Number C of parts, background included.
        weights: Of the four losses: ``distance``, ``heatmap``, ``pixels``, ``dice``.
        data_preprocessor: Config.
    """

    def __init__(
        self,
        *,
        backbone: dict,
        neck: dict,
        channels: int,
        points: int,
        classes: int,
        weights: dict[str, float],
        data_preprocessor: dict | None = None,
    ) -> None:
        super().__init__(data_preprocessor)
        self.backbone = MODELS.build(backbone)
        self.neck = MODELS.build(neck | dict(in_channels=self.backbone.out_channels))
        self.point_head = nn.Sequential(
            separable_conv(channels), nn.Conv2d(channels, points, 1)
        )
        self.part_head = nn.Sequential(
            separable_conv(channels), nn.Conv2d(channels, classes, 1)
        )
        self.weights = dict(weights)

    def raw(self, inputs: Tensor) -> tuple[Tensor, Tensor]:
        """Maps of points [B,K,h,w] and of parts [B,C,h,w], a quarter of the size."""
        # on a CPU convolutions take half the time with the channels last
        inputs = inputs.contiguous(memory_format=torch.channels_last)
        fused = self.neck(self.backbone(inputs))
        return self.point_head(fused), self.part_head(fused)

    def answer(self, inputs: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """What :mod:`mcf.export` writes.

        Args:
            inputs: Normalised crops [B,3,H,W].

        Returns:
            Points [B,K,2] as fractions of the crop, their scores [B,K] (the mass within
            a cell of the best place) and logits of the parts [B,C,H,W].
        """
        maps, parts = self.raw(inputs)
        mass = maps.flatten(2).softmax(dim=-1).view_as(maps)
        scores = 9 * F.avg_pool2d(mass, 3, stride=1, padding=1)
        logits = F.interpolate(parts, inputs.shape[-2:], mode="bilinear")
        return softmax_points(maps), scores.amax(dim=(-2, -1)), logits

    def forward(
        self,
        inputs: Tensor,
        points: Tensor | None = None,
        labels: Tensor | None = None,
        data_samples: None = None,
        mode: str = "tensor",
    ) -> dict[str, Tensor] | tuple[Tensor, Tensor, Tensor]:
        """Losses of a batch (mode ``loss``), else :meth:`answer`.

        Args:
            inputs: Normalised crops [B,3,H,W].
            points: [B,K,2] as fractions of the crop.
            labels: Class ids [B,H,W].
            data_samples: Not used; MMEngine's data preprocessor adds it.
            mode: ``loss``, ``predict`` or ``tensor``.
        """
        if mode != "loss":
            return self.answer(inputs)
        maps, parts = self.raw(inputs)
        inside = ((points > 0) & (points < 1)).all(dim=-1).float()
        counted = inside.sum().clamp(min=1)
        found = softmax_points(maps)
        distance = (torch.linalg.vector_norm(found - points, dim=-1) * inside).sum()
        target = gaussian_distribution(points, maps.shape[-2:], CELL_SIGMA)
        surprise = -(target * maps.flatten(2).log_softmax(-1).view_as(maps)).sum((2, 3))
        # every other pixel is enough, and a quarter of the work
        row, column = torch.randint(2, (2,)).tolist()
        labels = labels[:, row::2, column::2]
        logits = F.interpolate(parts, labels.shape[-2:], mode="bilinear")
        weights = self.weights
        return dict(
            loss_distance=weights["distance"] * distance / counted,
            loss_heatmap=weights["heatmap"] * (surprise * inside).sum() / counted,
            loss_pixels=weights["pixels"] * F.cross_entropy(logits, labels),
            loss_dice=weights["dice"] * dice_loss(logits, labels),
        )


def dice_loss(logits: Tensor, labels: Tensor) -> Tensor:
    """One minus the soft Dice score, mean over the classes that the batch has.

    Args:
        logits: [B,C,H,W].
        labels: Ids [B,H,W].
    """
    share = logits.softmax(dim=1)
    truth = F.one_hot(labels, logits.shape[1]).permute(0, 3, 1, 2).to(share.dtype)
    both = (share * truth).sum(dim=(0, 2, 3))
    size = share.sum(dim=(0, 2, 3)) + truth.sum(dim=(0, 2, 3))
    present = truth.sum(dim=(0, 2, 3)) > 0
    return 1 - (2 * both[present] / size[present]).mean()
