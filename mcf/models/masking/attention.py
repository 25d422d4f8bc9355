"""Masking guided by what a network attends to."""

import torch
from torch import Tensor

from mcf.models.masking.base import Mask, Masking, mask_smallest_kept, weighted_noise
from mcf.registry import MODELS


@MODELS.register_module()
class AttentionMasking(Masking):
    """Hides patches by the attention that the class token pays to them.

    MCF asks its momentum encoder for the attention, so the masks follow what has been
    learned so far. Hiding what is attended to is the idea of AttMask (arXiv
    2203.12719), keeping it that of MILAN (arXiv 2208.06049); here patches are drawn at
    random with the attention as weight, so that two masks of an image differ.

    Args:
        ratio: Share of hidden patches, in the end.
        schedule: How the share gets there; constant if None.
        power: Exponent on the attention. Positive hides what is attended to, negative
            keeps it, 0 is uniform.
    """

    needs_attention = True

    def __init__(
        self,
        ratio: float = 0.75,
        *,
        schedule: dict | None = None,
        power: float = 1.0,
    ) -> None:
        super().__init__(ratio, schedule=schedule)
        self.power = power

    def __call__(
        self,
        batch_size: int,
        grid: tuple[int, int],
        *,
        attention: Tensor,
        device: torch.device | None = None,
        generator: torch.Generator | None = None,
    ) -> Mask:
        """Draw one mask per image.

        Args:
            batch_size: Images B.
            grid: Rows and columns of the patch grid, L = h * w.
            attention: What each patch receives, at least 0 [B, L].
            device: Where the indices live.
            generator: Source of randomness; the device's global one if None.

        Returns:
            The masks of B images.

        Raises:
            ValueError: If there is not one value of attention per patch.
        """
        if attention.shape != (batch_size, grid[0] * grid[1]):
            raise ValueError(
                f"attention {tuple(attention.shape)} is not one value a patch of "
                f"{batch_size} images of grid {tuple(grid)}"
            )
        weights = attention.to(device).clamp(min=1e-8) ** self.power
        return mask_smallest_kept(
            weighted_noise(weights, generator=generator), self.ratio
        )
