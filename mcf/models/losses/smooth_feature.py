"""Smooth distance between predicted and true features."""

from collections.abc import Sequence

from torch import Tensor, nn
from torch.nn import functional as F

from mcf.registry import MODELS


def smooth_feature_distance(
    prediction: Tensor, target: Tensor, beta: float = 1.0
) -> Tensor:
    """Mean of d² / 2β where a difference d is below β, and of |d| - β/2 beyond.

    Args:
        prediction: Features [B, L, N].
        target: Features of the same shape.
        beta: Where the parabola becomes a line.

    Returns:
        Scalar mean over B, L and N.
    """
    return F.smooth_l1_loss(prediction.float(), target.float(), beta=beta)


@MODELS.register_module()
class SmoothFeatureLoss(nn.Module):
    """Sum over taps of :func:`smooth_feature_distance`.

    Args:
        beta: Where the parabola becomes a line.
    """

    def __init__(self, beta: float = 1.0) -> None:
        super().__init__()
        self.beta = beta

    def forward(
        self, predictions: Sequence[Tensor], targets: Sequence[Tensor]
    ) -> Tensor:
        """Compare the features of each tap.

        Args:
            predictions: One [B, L, N] tensor per tap; N may differ by tap.
            targets: Those of the teacher.

        Returns:
            Scalar loss.

        Raises:
            ValueError: If the shapes differ.
        """
        predicted, wanted = (
            [tuple(t.shape[1:]) for t in x] for x in (predictions, targets)
        )
        if predicted != wanted:
            raise ValueError(
                f"patches x features of each tap are {predicted} in the prediction and "
                f"{wanted} in the target; set neck.outputs to "
                f"{[features for _, features in wanted]} and target_generator.grid to "
                "the backbone's grid"
            )
        return sum(
            smooth_feature_distance(p, t, self.beta)
            for p, t in zip(predictions, targets, strict=True)
        )
