"""Predictor and contrastive loss."""

from mmengine.model import BaseModule
from torch import Tensor

from mcf.models.losses.info_nce import info_nce
from mcf.registry import MODELS


@MODELS.register_module()
class ContrastiveHead(BaseModule):
    """Predicts the momentum encoder's projection and scores it with InfoNCE.

    mmpretrain's ``MoCoV3Head`` gives the same number in single precision when its
    cross-entropy has twice the temperature as weight, which is one setting here. It
    lets gradients into the keys, and on a CPU it normalises in autocast's precision.

    Args:
        predictor: Config of the predictor, a neck on a one-tensor tuple. The
            released one is a two-layer MLP whose output has no BatchNorm.
        temperature: Divisor of the cosine similarities.
        loss_weight: Factor on the loss.
    """

    def __init__(
        self, predictor: dict, *, temperature: float = 0.2, loss_weight: float = 1.0
    ) -> None:
        super().__init__()
        self.predictor = MODELS.build(predictor)
        self.temperature = temperature
        self.loss_weight = loss_weight

    def predict(self, projection: Tensor) -> Tensor:
        """Map online projections [B, D] to predictions of keys [B, D]."""
        return self.predictor((projection,))[0]

    def loss(self, projection: Tensor, key: Tensor) -> Tensor:
        """Contrastive loss of online projections against keys, both [B, D]."""
        query = self.predict(projection)
        return self.loss_weight * info_nce(query, key, self.temperature)
