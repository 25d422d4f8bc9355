"""Mask Contrastive Face: the pre-training algorithm."""

from dataclasses import dataclass

import torch
from mmengine.structures import BaseDataElement
from mmpretrain.models import BaseSelfSupervisor
from torch import Tensor, nn

from mcf.models.masking import Mask
from mcf.models.selfsup.momentum_encoder import MomentumEncoder
from mcf.registry import MODELS


@dataclass(frozen=True)
class Reconstruction:
    """What the model makes of masked images, for pictures.

    Attributes:
        images: Normalised images [B, 3, H, W].
        online_mask: 1 where the trained encoder saw nothing [B, L].
        target_mask: The same of the momentum encoder [B, L].
        pseudo_image: Decoder output in the normalised space [B, 3, H, W].
        target_features: Teacher features of the images, one [B, N, C] per tap.
        pseudo_features: Teacher features of the pseudo images.
        grid: Rows and columns of the patch grid, L = h * w.
    """

    images: Tensor
    online_mask: Tensor
    target_mask: Tensor
    pseudo_image: Tensor
    target_features: list[Tensor]
    pseudo_features: list[Tensor]
    grid: tuple[int, int]


@MODELS.register_module()
class MCF(BaseSelfSupervisor):
    """Masked modelling of a teacher's features plus contrast of two random masks.

    ::

        images ─┬─ online backbone (mask 1) ─┬─ decoder ─ pseudo image ─ teacher ─┐
                │                            └─ projector ─ predictor ─ query ─┐  │
                ├─ momentum backbone (mask 2) ─ momentum projector ─ key ──────┤  │
                └─ teacher ────────────────────────────────────────────────────┼──┤
                                                                contrastive loss  │
                                                                       feature loss

    "Toward High Quality Facial Representation Learning", ACM MM 2023; defaults
    follow the released code number for number (protocol §1.2-1.4), whose two masks
    are always independent and whose images are the same for both encoders.

    Args:
        backbone: Encoder with ``encode_kept(images, keep)`` and
            ``patch_resolution``, for example ``mcf.MaskedViT``.
        neck: Decoder from (tokens, restore) to pseudo images.
        target_generator: Frozen teacher, ``mcf.TeacherTarget``.
        feature_loss: Loss between two lists of teacher features.
        projector: Neck from the class token to the contrastive space.
        head: Predictor and contrastive loss, ``mcf.ContrastiveHead``.
        masking: Mask strategy, called once per encoder.
        momentum_encoder: Settings of :class:`MomentumEncoder`.
        symmetric: Whether a second contrastive term swaps the two masks; costs one
            more pass of both encoders. The released loss has one direction.
        data_preprocessor: Normalisation of the images; its statistics also tell the
            teacher in which space the pseudo images live.
        init_cfg: Weight initialisation; Xavier-uniform by default, as released.
    """

    def __init__(
        self,
        backbone: dict,
        *,
        neck: dict,
        target_generator: dict | nn.Module,
        feature_loss: dict,
        projector: dict,
        head: dict,
        masking: dict,
        momentum_encoder: dict | None = None,
        symmetric: bool = False,
        data_preprocessor: dict | None = None,
        init_cfg: dict | list[dict] | None = None,
    ) -> None:
        super().__init__(
            backbone=backbone,
            neck=neck,
            head=head,
            target_generator=target_generator,
            data_preprocessor=data_preprocessor,
            init_cfg=init_cfg
            or dict(type="Xavier", layer="Linear", distribution="uniform"),
        )
        self.projector = MODELS.build(projector)
        self.feature_loss = MODELS.build(feature_loss)
        self.masking = MODELS.build(masking)
        self.momentum_encoder = MomentumEncoder(
            self._encoder(), **(momentum_encoder or {})
        )
        self.symmetric = symmetric
        self.target_generator.set_input_statistics(
            self.data_preprocessor.mean.flatten(), self.data_preprocessor.std.flatten()
        )

    def loss(
        self, inputs: Tensor, data_samples: list[BaseDataElement] | None = None
    ) -> dict[str, Tensor]:
        """Losses of a batch; also moves the momentum encoder, before it makes keys.

        Args:
            inputs: Normalised images [B, 3, H, W].
            data_samples: Unused; there are no labels.

        Returns:
            ``loss_feature`` and ``loss_contrastive``, which are summed, and
            ``momentum``, which is only logged.
        """
        online, target = self._draw_masks(inputs)
        tokens = self.backbone.encode_kept(inputs, online.keep)
        pseudo_image = self.neck(tokens, online.restore)
        with torch.no_grad():
            targets = self.target_generator(inputs)
            momentum = self.momentum_encoder.current_momentum()
            self.momentum_encoder.update_parameters(self._encoder())
        contrastive = self.head.loss(self._project(tokens), self._key(inputs, target))
        if self.symmetric:
            swapped = self.backbone.encode_kept(inputs, target.keep)
            contrastive = contrastive + self.head.loss(
                self._project(swapped), self._key(inputs, online)
            )
        return dict(
            loss_feature=self.feature_loss(
                self.target_generator(pseudo_image), targets
            ),
            loss_contrastive=contrastive,
            momentum=torch.tensor(momentum),
        )

    @torch.no_grad()
    def reconstruct(self, images: Tensor) -> Reconstruction:
        """Mask images at random, decode them and compare them with the teacher's eye.

        Args:
            images: Normalised images [B, 3, H, W].

        Returns:
            Everything a picture of the method needs.
        """
        online, target = self._draw_masks(images)
        tokens = self.backbone.encode_kept(images, online.keep)
        pseudo_image = self.neck(tokens, online.restore)
        return Reconstruction(
            images=images,
            online_mask=online.mask,
            target_mask=target.mask,
            pseudo_image=pseudo_image,
            target_features=self.target_generator(images),
            pseudo_features=self.target_generator(pseudo_image),
            grid=tuple(self.backbone.patch_resolution),
        )

    def _encoder(self) -> nn.ModuleDict:
        return nn.ModuleDict(dict(backbone=self.backbone, projector=self.projector))

    def _draw_masks(self, images: Tensor) -> tuple[Mask, Mask]:
        grid = self.backbone.patch_resolution
        return tuple(
            self.masking(len(images), grid, device=images.device) for _ in range(2)
        )

    def _project(self, tokens: Tensor) -> Tensor:
        return self.projector((tokens[:, 0],))[0]

    @torch.no_grad()
    def _key(self, images: Tensor, mask: Mask) -> Tensor:
        encoder = self.momentum_encoder.module
        tokens = encoder["backbone"].encode_kept(images, mask.keep)
        return encoder["projector"]((tokens[:, 0],))[0]
