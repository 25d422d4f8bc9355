"""Uniformly random masking, as in MAE and the released MCF."""

import torch

from mcf.models.masking.base import Mask, mask_smallest_kept
from mcf.registry import MODELS


@MODELS.register_module()
class RandomMasking:
    """Hides a fixed share of patches, each equally likely (protocol §1.2).

    Args:
        ratio: Share of hidden patches; 0.75 keeps 49 of 196.
    """

    def __init__(self, ratio: float = 0.75) -> None:
        self.ratio = ratio

    def __call__(
        self,
        batch_size: int,
        grid: tuple[int, int],
        *,
        device: torch.device | None = None,
        generator: torch.Generator | None = None,
    ) -> Mask:
        """Draw one independent mask per image.

        Args:
            batch_size: Images B.
            grid: Rows and columns of the patch grid, L = h * w.
            device: Where the indices live.
            generator: Source of randomness; the device's global one if None.

        Returns:
            The masks of B images.
        """
        noise = torch.rand(
            batch_size, grid[0] * grid[1], device=device, generator=generator
        )
        return mask_smallest_kept(noise, self.ratio)
