"""What the pre-training asks of whatever says how images should look inside."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from torch import Tensor


@runtime_checkable
class Target(Protocol):
    """Features that the pseudo images must share with the true ones.

    Both methods give one [B, N, C] tensor for each tap, of the same shapes.
    """

    def set_input_statistics(self, mean: Sequence[float], std: Sequence[float]) -> None:
        """Tell with which statistics the images were normalised.

        Args:
            mean: Channel means, RGB, 0-255 scale.
            std: Channel standard deviations.
        """

    def targets(self, images: Tensor) -> list[Tensor]:
        """Features of true images [B, 3, H, W], without gradient."""
        ...

    def __call__(self, images: Tensor) -> list[Tensor]:
        """Features of pseudo images [B, 3, H, W], with gradient to them."""
        ...
