"""Head of the released face alignment: heat maps read as coordinates."""

from collections.abc import Sequence

import torch
from mmengine.structures import InstanceData, PixelData
from mmpose.models.heads import BaseHead
from mmpose.structures import PoseDataSample
from torch import Tensor, nn
from torch.nn import functional as F

from mcf.codecs import KEYPOINT_CODECS
from mcf.models.heads.uper_fusion import UPerFusion
from mcf.models.heatmap import centre_of_mass, gaussian_maps
from mcf.models.losses.coordinate_distance import coordinate_distance
from mcf.registry import MODELS


@MODELS.register_module()
class HeatmapCoordHead(BaseHead):
    """Sigmoid heat maps, decoded by centre of mass (protocol §2.1, §2.3).

    A fused feature pyramid gives one map of logits per point. Losses: the Euclidean
    distance of the decoded points in normalised coordinates, and the binary
    cross-entropy of the resized logits with Gaussian targets, which are drawn on the
    device of the network. Points with weight 0 add nothing to either; whether hidden
    points have it is the data set's decision (the released one counts them).

    Needs the targets of :class:`mcf.codecs.NormalisedPoints` in training. Follows
    mmpose's head contract, flip test included: the points of the mirrored image are
    mirrored back and averaged with the others.

    Args:
        in_channels: Channels of the levels of the pyramid, finest first; or the one
            number of a map that the neck has fused, C = ``channels``.
        num_keypoints: Number of points K.
        decoder: Codec that turns normalised into input coordinates.
        channels: Channels of the fused map.
        pool_scales: Of :class:`UPerFusion`.
        norm_cfg: Norm of the convolutions; SyncBN as released.
        dropout_ratio: Share of the fused channels that training drops.
        coord_weight: Weight of the distance.
        heatmap_weight: Weight of the cross-entropy.
        heatmap_size: (height, width) of the targets.
        heatmap_radius: Radius R of the targets in their pixels; sigma is R / 4.
        init_cfg: Weight initialisation; N(0, 0.01) for the last convolution, as in
            mmsegmentation's heads, if None.

    Raises:
        ValueError: If a fused map has another number of channels.
    """

    def __init__(
        self,
        in_channels: Sequence[int] | int,
        num_keypoints: int,
        *,
        decoder: dict,
        channels: int = 768,
        pool_scales: Sequence[int] = (1, 2, 3, 6),
        norm_cfg: dict | None = None,
        dropout_ratio: float = 0.1,
        coord_weight: float = 1.0,
        heatmap_weight: float = 1.0,
        heatmap_size: tuple[int, int] = (128, 128),
        heatmap_radius: float = 5.0,
        init_cfg: dict | list[dict] | None = None,
    ) -> None:
        super().__init__(
            init_cfg or dict(type="Normal", std=0.01, override=dict(name="conv_logits"))
        )
        self.fusion: nn.Module | None = None
        if not isinstance(in_channels, int):
            self.fusion = UPerFusion(
                in_channels, channels, pool_scales=pool_scales, norm_cfg=norm_cfg
            )
        elif in_channels != channels:
            raise ValueError(
                f"in_channels={in_channels} of a fused map, but channels={channels}"
            )
        self.dropout = nn.Dropout2d(dropout_ratio)
        self.conv_logits = nn.Conv2d(channels, num_keypoints, kernel_size=1)
        self.decoder = KEYPOINT_CODECS.build(decoder)
        self.coord_weight = coord_weight
        self.heatmap_weight = heatmap_weight
        self.heatmap_size = tuple(heatmap_size)
        self.heatmap_radius = heatmap_radius

    def forward(self, feats: Sequence[Tensor]) -> Tensor:
        """Logits [B,K,h,w] in the size of the finest level."""
        fused = feats[0] if self.fusion is None else self.fusion(feats)
        logits = self.conv_logits(self.dropout(fused))
        return logits.float()  # sums over a map need more than half precision

    def loss(
        self,
        feats: Sequence[Tensor],
        batch_data_samples: list[PoseDataSample],
        train_cfg: dict | None = None,
    ) -> dict[str, Tensor]:
        """Both losses and the normalised mean distance ``distance``.

        Args:
            feats: Levels of the pyramid.
            batch_data_samples: B samples of one face each.
            train_cfg: Not used; part of mmpose's contract.
        """
        labels = [sample.gt_instance_labels for sample in batch_data_samples]
        target = torch.cat([label.keypoint_labels for label in labels])
        weight = torch.cat([label.keypoint_weights for label in labels])
        logits = self.forward(feats)
        points = centre_of_mass(logits)
        distance = coordinate_distance(points, target, weight).mean()
        return dict(
            loss_coord=self.coord_weight * distance,
            loss_heatmap=self.heatmap_weight
            * self.heatmap_loss(logits, target, weight),
            distance=distance.detach(),
        )

    def heatmap_loss(self, logits: Tensor, target: Tensor, weight: Tensor) -> Tensor:
        """Cross-entropy with the maps of points, averaged over everything.

        Args:
            logits: [B,K,h,w].
            target: Normalised points [B,K,2].
            weight: Of each point [B,K].
        """
        logits = F.interpolate(logits, self.heatmap_size, mode="bilinear")
        maps = gaussian_maps(target, self.heatmap_size, self.heatmap_radius)
        weight = weight[..., None, None]
        return F.binary_cross_entropy_with_logits(logits, maps, weight)

    def predict(
        self,
        feats: Sequence[Tensor] | list[Sequence[Tensor]],
        batch_data_samples: list[PoseDataSample],
        test_cfg: dict | None = None,
    ) -> list[InstanceData] | tuple[list[InstanceData], list[PixelData]]:
        """Points in pixels of the input, with the peaks of the maps as scores.

        Args:
            feats: Levels of the pyramid; with flip test those of the image and of its
                mirror image.
            batch_data_samples: B samples; the flip test reads ``flip_indices``.
            test_cfg: ``flip_test`` and ``output_heatmaps``, both False by default.

        Returns:
            Per face ``keypoints`` [1,K,2] and ``keypoint_scores`` [1,K]; with
            ``output_heatmaps`` also the probabilities [K,h,w] of the upright image.
        """
        test_cfg = test_cfg or {}
        if test_cfg.get("flip_test", False):
            feats, mirrored = feats
            order = list(batch_data_samples[0].metainfo["flip_indices"])
        logits = self.forward(feats)
        points, scores = centre_of_mass(logits), _peaks(logits)
        if test_cfg.get("flip_test", False):
            other = self.forward(mirrored).flip(-1)[:, order]
            points = (points + centre_of_mass(other)) / 2
            scores = (scores + _peaks(other)) / 2
        predictions = self.decode((points, scores))
        if test_cfg.get("output_heatmaps", False):
            return predictions, [PixelData(heatmaps=m) for m in logits.sigmoid()]
        return predictions


def _peaks(logits: Tensor) -> Tensor:
    """Largest probability of each map [B,K]."""
    return logits.sigmoid().amax(dim=(-2, -1))
