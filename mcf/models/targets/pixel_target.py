"""Pixels in the place of a teacher's features."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from mcf.registry import MODELS


@MODELS.register_module()
class PixelTarget(nn.Module):
    """Patches of the image itself, each without its mean: MCF without a teacher.

    With ``FeatureDistanceLoss(axis="channel")`` the length of each patch does not count
    either, so the loss is MAE's with normalised pixels (arXiv 2111.06377) up to the
    scale of the prediction, over all patches like MCF's.

    Args:
        patch_size: Side of a patch in pixels.
    """

    def __init__(self, patch_size: int) -> None:
        super().__init__()
        self.patch_size = patch_size

    def set_input_statistics(self, mean: Sequence[float], std: Sequence[float]) -> None:
        """Nothing to do: both images are normalised alike."""

    @torch.no_grad()
    def targets(self, images: Tensor) -> list[Tensor]:
        """Patches of true images, without gradient; as :meth:`forward`."""
        return self(images)

    def forward(self, images: Tensor) -> list[Tensor]:
        """Centred pixels [B, N, 3·P·P] of images [B, 3, H, W], in a list of one."""
        patches = F.unfold(images, self.patch_size, stride=self.patch_size)
        patches = patches.transpose(1, 2)
        return [patches - patches.mean(dim=2, keepdim=True)]
