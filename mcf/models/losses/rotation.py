"""Rotations of six numbers, and how far they are off."""

import torch
from torch import Tensor
from torch.nn import functional as F


def rotation_of_six(six: Tensor) -> Tensor:
    """Rotation whose first two columns are near two vectors (arXiv 1812.07035).

    The first vector is brought to length one, the second made orthogonal to it, the
    third is their cross product: continuous, unlike angles.

    Args:
        six: Two vectors [B,6], of any length but 0 and not parallel.

    Returns:
        [B,3,3].
    """
    first = F.normalize(six[:, :3], dim=1)
    third = F.normalize(torch.linalg.cross(first, six[:, 3:]), dim=1)
    return torch.stack([first, torch.linalg.cross(third, first), third], dim=2)


def geodesic_loss(predicted: Tensor, target: Tensor, *, margin: float = 1e-7) -> Tensor:
    """Mean angle between rotations, in radians, as 6DRepNet is trained.

    Args:
        predicted: [B,3,3].
        target: [B,3,3].
        margin: Of the cosine from ±1, where the gradient of the angle has no bound.
    """
    trace = (predicted * target).sum(dim=(1, 2))
    return ((trace - 1) / 2).clamp(-1 + margin, 1 - margin).acos().mean()
