"""Heat maps of landmarks: reading points off them and drawing targets."""

import torch
from torch import Tensor


def centre_of_mass(logits: Tensor) -> Tensor:
    """Mean position under the sigmoid of each map (protocol §2.3; not a softmax).

    Args:
        logits: [B,K,h,w].

    Returns:
        (x, y) [B,K,2] as fractions: the borders of the map are 0 and 1. The mass is at
        least 1e-6, so an empty map gives its corner (0, 0) rather than NaN.
    """
    mass = logits.sigmoid()
    total = mass.sum(dim=(-2, -1)).clamp(min=1e-6)
    x, y = (_centres(side, logits) for side in (logits.shape[-1], logits.shape[-2]))
    moments = [(mass.sum(dim=-2) * x).sum(dim=-1), (mass.sum(dim=-1) * y).sum(dim=-1)]
    return torch.stack(moments, dim=-1) / total.unsqueeze(-1)


def gaussian_maps(points: Tensor, size: tuple[int, int], radius: float = 5.0) -> Tensor:
    """Maps with a Gaussian of peak 1 at each point, cut off at a radius.

    exp(-16 r² / 2 R²) where r <= R, so sigma is R / 4: 1.25 px for R = 5 (protocol
    §2.3). Centres are not rounded to pixels.

    Args:
        points: (x, y) [B,K,2] as fractions, as of :func:`centre_of_mass`.
        size: (height, width) of the maps.
        radius: R in pixels of the maps.

    Returns:
        [B,K,height,width].
    """
    height, width = size
    x = (_centres(width, points) - points[..., :1]) * width
    y = (_centres(height, points) - points[..., 1:]) * height
    squared = x.square().unsqueeze(-2) + y.square().unsqueeze(-1)
    value = torch.exp(-8 * squared / radius**2)
    return value * (squared <= radius**2)


def _centres(count: int, like: Tensor) -> Tensor:
    """Centres of the pixels of one line, as fractions."""
    steps = torch.arange(count, dtype=like.dtype, device=like.device)
    return (steps + 0.5) / count


def softmax_points(logits: Tensor) -> Tensor:
    """Mean position under the softmax of each map.

    Args:
        logits: [B,K,h,w].

    Returns:
        (x, y) [B,K,2] as fractions: the borders of the map are 0 and 1.
    """
    mass = logits.flatten(2).softmax(dim=-1).view_as(logits)
    x, y = (_centres(side, logits) for side in (logits.shape[-1], logits.shape[-2]))
    moments = [(mass.sum(dim=-2) * x).sum(dim=-1), (mass.sum(dim=-1) * y).sum(dim=-1)]
    return torch.stack(moments, dim=-1)


def gaussian_distribution(
    points: Tensor, size: tuple[int, int], sigma: float
) -> Tensor:
    """Maps with a Gaussian at each point whose cells add up to 1.

    Args:
        points: (x, y) [B,K,2] as fractions, as of :func:`softmax_points`.
        size: (height, width) of the maps.
        sigma: In cells.

    Returns:
        [B,K,height,width].
    """
    height, width = size
    x = (_centres(width, points) - points[..., :1]) * width
    y = (_centres(height, points) - points[..., 1:]) * height
    across = (-x.square() / (2 * sigma**2)).softmax(dim=-1)
    down = (-y.square() / (2 * sigma**2)).softmax(dim=-1)
    return down.unsqueeze(-1) * across.unsqueeze(-2)
