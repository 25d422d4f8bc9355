"""Masked prediction of a teacher's features, without a pseudo image."""

from mmengine.structures import BaseDataElement
from mmpretrain.models import BaseSelfSupervisor
from torch import Tensor, nn
from torch.nn import functional as F

from mcf.models.selfsup.fitting_parts import check_encoder_and_decoder
from mcf.registry import MODELS


def student_copy(images: Tensor, size: tuple[int, int]) -> Tensor:
    """Images [B, 3, H, W] at the student's size, smoothed when they get smaller."""
    if tuple(images.shape[-2:]) == tuple(size):
        return images
    return F.interpolate(images, tuple(size), mode="bilinear", antialias=True)


@MODELS.register_module()
class FeaturePrediction(BaseSelfSupervisor):
    """Masked modelling of a teacher's features by linear prediction from each token.

    ::

        images ─┬─ smaller copy ─ backbone (mask) ─ decoder ─ predicted features ─┐
                └─ teacher (own copy) ─ cells below each patch ───────────────────┤
                                                                        feature loss

    Beside :class:`mcf.models.selfsup.MCF`, nothing passes *through* the teacher: no
    image is decoded, no gradient flows through a second network, there is no momentum
    encoder and no contrast. So the teacher looks at each true image once, which a cache
    on disk makes once per run, and at a larger copy than the student's. See
    docs/direct.md for formulas and measurements.

    Args:
        backbone: Encoder that keeps the promises of
            :class:`~mcf.models.backbones.MaskedEncoder`, for example ``mcf.MaskedViT``.
        neck: Decoder from (tokens, restore) to features, ``mcf.FeatureDecoder``.
        target_generator: What is predicted, ``mcf.TeacherCells``, or several.
        feature_loss: Loss between two lists of features.
        masking: Mask strategy that does not look at the images.
        data_preprocessor: Normalisation of the images; its statistics also tell the
            teacher how its images were normalised.
        init_cfg: Weight initialisation; Xavier-uniform by default, as in MCF.

    Raises:
        ValueError: If the backbone cannot mask, the decoder is of another grid or
            width, or the masking is guided by attention.
    """

    def __init__(
        self,
        backbone: dict,
        *,
        neck: dict,
        target_generator: dict | nn.Module,
        feature_loss: dict,
        masking: dict,
        data_preprocessor: dict | None = None,
        init_cfg: dict | list[dict] | None = None,
    ) -> None:
        super().__init__(
            backbone=backbone,
            neck=neck,
            target_generator=target_generator,
            data_preprocessor=data_preprocessor,
            init_cfg=init_cfg
            or dict(type="Xavier", layer="Linear", distribution="uniform"),
        )
        self.feature_loss = MODELS.build(feature_loss)
        self.masking = MODELS.build(masking)
        check_encoder_and_decoder(self.backbone, self.neck)
        if getattr(self.masking, "needs_attention", False):
            raise ValueError(
                f"masking {type(self.masking).__name__} follows the attention of a "
                "momentum encoder, which this algorithm does without; use "
                "mcf.RandomMasking or another that does not look at the images"
            )
        self.target_generator.set_input_statistics(
            self.data_preprocessor.mean.flatten(), self.data_preprocessor.std.flatten()
        )

    def loss(
        self, inputs: Tensor, data_samples: list[BaseDataElement] | None = None
    ) -> dict[str, Tensor]:
        """Loss of a batch.

        Args:
            inputs: Normalised images [B, 3, H, W] of any size, seen by both sides.
            data_samples: Unused; there are no labels.

        Raises:
            ValueError: If prediction and target are of different shapes.

        Returns:
            ``loss_feature``.
        """
        targets = self.target_generator.targets(inputs)
        images = student_copy(inputs, self.backbone.img_size)
        grid = tuple(self.backbone.patch_resolution)
        mask = self.masking(len(images), grid, device=images.device)
        tokens = self.backbone.encode_kept(images, mask.keep)
        predicted = self.neck(tokens, mask.restore)
        return dict(loss_feature=self.feature_loss(predicted, targets))
