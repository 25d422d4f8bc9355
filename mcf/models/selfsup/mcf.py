"""Mask Contrastive Face: the pre-training algorithm."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import torch
from mmengine.structures import BaseDataElement
from mmpretrain.models import BaseSelfSupervisor
from torch import Tensor, nn

from mcf.models.masking import Mask
from mcf.models.selfsup.fitting_parts import check_encoder_and_decoder
from mcf.models.selfsup.gradient_cache import check_chunks, gradient_cache
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
        backbone: Encoder that keeps the promises of
            :class:`~mcf.models.backbones.MaskedEncoder`, for example ``mcf.MaskedViT``.
        neck: Decoder from (tokens, restore) to pseudo images.
        target_generator: Frozen teacher, ``mcf.TeacherTarget``, or several.
        feature_loss: Loss between two lists of teacher features.
        projector: Neck from the class token to the contrastive space.
        head: Predictor and contrastive loss, ``mcf.ContrastiveHead``.
        masking: Mask strategy, called once per encoder. One that is guided by
            attention gets that of the momentum encoder.
        momentum_encoder: Settings of :class:`MomentumEncoder`.
        symmetric: Whether a second contrastive term swaps the two masks; costs one
            more pass of both encoders. The released loss has one direction.
        chunk_size: Images whose activations are kept at once, see
            :func:`gradient_cache`; all if None. Unlike gradient accumulation it
            changes neither the losses nor their gradients.
        data_preprocessor: Normalisation of the images; its statistics also tell the
            teacher in which space the pseudo images live.
        init_cfg: Weight initialisation; Xavier-uniform by default, as released.

    Raises:
        ValueError: If the backbone cannot mask, the decoder is of another grid or
            width, the masking is guided by attention that the backbone cannot tell, or
            ``chunk_size`` would change the result.
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
        chunk_size: int | None = None,
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
        self._check_parts()
        self.momentum_encoder = MomentumEncoder(
            self.encoder(), **(momentum_encoder or {})
        )
        self.symmetric = symmetric
        self.chunk_size = chunk_size
        if chunk_size is not None:
            check_chunks(chunk_size, self.backbone, self.neck)
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

        Raises:
            ValueError: As :meth:`draw_masks`.

        Returns:
            ``loss_feature`` and ``loss_contrastive``, which are summed, and
            ``momentum``, which is only logged.
        """
        online, target = self.draw_masks(inputs)
        targets = self._in_chunks(self.target_generator.targets, inputs)
        cls, feature = self._in_chunks(
            self._learn, inputs, online.keep, online.restore, *targets
        )
        momentum = self.momentum_encoder.current_momentum()
        self.momentum_encoder.update_parameters(self.encoder())
        contrastive = self.head.loss(
            self.project(cls), self.momentum_keys(inputs, target)
        )
        if self.symmetric:
            (swapped,) = self._in_chunks(
                partial(_cls_tokens, self.backbone), inputs, target.keep
            )
            contrastive = contrastive + self.head.loss(
                self.project(swapped), self.momentum_keys(inputs, online)
            )
        return dict(
            loss_feature=feature.mean(),
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
        online, target = self.draw_masks(images)
        tokens = self.backbone.encode_kept(images, online.keep)
        pseudo_image = self.neck(tokens, online.restore)
        return Reconstruction(
            images=images,
            online_mask=online.mask,
            target_mask=target.mask,
            pseudo_image=pseudo_image,
            target_features=self.target_generator.targets(images),
            pseudo_features=self.target_generator(pseudo_image),
            grid=tuple(self.backbone.patch_resolution),
        )

    def encoder(self) -> nn.ModuleDict:
        """What the momentum encoder follows: backbone and projector."""
        return nn.ModuleDict(dict(backbone=self.backbone, projector=self.projector))

    def draw_masks(self, images: Tensor) -> tuple[Mask, Mask]:
        """Masks of the online and of the momentum encoder.

        Args:
            images: Normalised images [B, 3, H, W].

        Raises:
            ValueError: If the images are not of the backbone's size: masks would hide
                a part of each from it for good.
        """
        size, expected = tuple(images.shape[-2:]), tuple(self.backbone.img_size)
        if size != expected:
            raise ValueError(
                f"images of {size} pixels for a backbone of {expected}: crop to that "
                "size, or set img_size of backbone and neck"
            )
        grid = tuple(self.backbone.patch_resolution)
        draw = partial(self.masking, len(images), grid, device=images.device)
        if getattr(self.masking, "needs_attention", False):
            encoder = self.momentum_encoder.module["backbone"]
            draw = partial(draw, attention=encoder.attention(images))
        return draw(), draw()

    def project(self, cls: Tensor) -> Tensor:
        """Class tokens [B, C] in the space of the contrast [B, D]."""
        return self.projector((cls,))[0]

    @torch.no_grad()
    def momentum_keys(self, images: Tensor, mask: Mask) -> Tensor:
        """Keys [B, D] of masked images [B, 3, H, W], by the momentum encoder."""
        encoder = self.momentum_encoder.module
        (cls,) = self._in_chunks(
            partial(_cls_tokens, encoder["backbone"]), images, mask.keep
        )
        return encoder["projector"]((cls,))[0]

    def _check_parts(self) -> None:
        check_encoder_and_decoder(self.backbone, self.neck)
        if getattr(self.masking, "needs_attention", False) and not hasattr(
            self.backbone, "attention"
        ):
            raise ValueError(
                f"backbone {type(self.backbone).__name__} has no class token whose "
                "attention could guide the masking; use mcf.MaskedViT or another "
                "masking"
            )

    def _in_chunks(
        self, function: Callable[..., Sequence[Tensor]], *batch: Tensor
    ) -> Sequence[Tensor]:
        if self.chunk_size is None:
            return function(*batch)
        return gradient_cache(function, batch, self.chunk_size)

    def _learn(
        self, images: Tensor, keep: Tensor, restore: Tensor, *targets: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Class tokens [B, C] and feature loss, the same number B times."""
        tokens = self.backbone.encode_kept(images, keep)
        pseudo_features = self.target_generator(self.neck(tokens, restore))
        feature = self.feature_loss(pseudo_features, targets)
        return tokens[:, 0], feature.expand(len(images))


def _cls_tokens(backbone: nn.Module, images: Tensor, keep: Tensor) -> tuple[Tensor]:
    return (backbone.encode_kept(images, keep)[:, 0],)
