"""Distance between two stacks of feature maps."""

from collections.abc import Sequence

from torch import Tensor, nn
from torch.nn import functional as F

from mcf.registry import MODELS

AXES = {"token": 1, "channel": 2}


def feature_distance(prediction: Tensor, target: Tensor, axis: str = "token") -> Tensor:
    """Mean squared error of features that are L2-normalised along one axis.

    Args:
        prediction: Features [B, N, C].
        target: Features of the same shape.
        axis: ``token`` gives every channel's N values unit norm, as the released
            code does; ``channel`` gives every token's C values unit norm.

    Returns:
        Scalar mean over B, N and C, equal to the mean of (2 - 2 cos) over channels
        (or tokens) divided by N (or C): protocol §1.3.
    """
    dim = AXES[axis]
    return F.mse_loss(
        F.normalize(prediction.float(), dim=dim), F.normalize(target.float(), dim=dim)
    )


@MODELS.register_module()
class FeatureDistanceLoss(nn.Module):
    """Sum over taps of :func:`feature_distance`, weighted.

    Axis and weight belong together: with 197 tokens of 768 channels, weight 1000 on
    the token axis has the gradient scale of 1000 * 768 / 197 on the channel axis.

    Args:
        axis: ``token`` (released) or ``channel``.
        loss_weight: Factor on the sum; 1000 as released.
        tap_weights: Factor on each tap, over all teachers in their order; 1 if None.

    Raises:
        ValueError: If ``axis`` is unknown, or a weight is negative or all are 0.
    """

    def __init__(
        self,
        axis: str = "token",
        *,
        loss_weight: float = 1000.0,
        tap_weights: Sequence[float] | None = None,
    ) -> None:
        super().__init__()
        if axis not in AXES:
            raise ValueError(f"axis={axis!r} is unknown; choose from {sorted(AXES)}")
        if tap_weights is not None and not (min(tap_weights) >= 0 < max(tap_weights)):
            raise ValueError(
                f"tap_weights={tap_weights} must be at least 0 and not all 0"
            )
        self.tap_weights = tap_weights
        self.axis = axis
        self.loss_weight = loss_weight

    def forward(
        self, predictions: Sequence[Tensor], targets: Sequence[Tensor]
    ) -> Tensor:
        """Compare the features of each tap.

        Args:
            predictions: One [B, N, C] tensor per tap; N and C may differ by tap.
            targets: The same of the true images.

        Returns:
            Scalar loss.

        Raises:
            ValueError: If the weights are not as many as the taps.
        """
        weights = self.tap_weights or [1.0] * len(targets)
        if len(weights) != len(targets):
            raise ValueError(
                f"{len(weights)} tap_weights for {len(targets)} taps; give one for each"
            )
        distances = [
            weight * feature_distance(p, t, self.axis)
            for weight, p, t in zip(weights, predictions, targets, strict=True)
        ]
        return self.loss_weight * sum(distances)
