"""RoI tanh warp: a face crop whose rim holds the rest of the image, squeezed.

An image point goes through a similarity or crop matrix to the plane of the crop and
from there, per axis, through the warp to its place in the warped crop (protocol §2.4).
With factor 0 the warp is the identity, so plain crops take the same path. Conventions
of points, matrices and sizes are those of :mod:`mcf.crops.geometry`.
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import cv2
import numpy as np

from .geometry import transform_points

if TYPE_CHECKING:
    from torch import Tensor

ARCTANH_LIMIT = 0.999
"""Where the inverse stops following the warp to infinity, as released."""


def squeeze(
    points: np.ndarray, size: int | tuple[int, int], factor: float
) -> np.ndarray:
    """Points of the crop's plane to their places in the warped crop.

    With u = 2 points / size - 1 and f the factor, |u| <= 1 - f stays, and what is
    beyond becomes f·tanh((|u| - 1 + f) / f) + 1 - f, below 1.

    Args:
        points: [...,2], or coordinates [...] along one axis.
        size: Of the crop, or its length along that axis.
        factor: Share of the half crop that is bent.

    Raises:
        ValueError: If the factor is outside 0..1.
    """
    return _bend(points, size, factor, np.tanh)


def unsqueeze(
    points: np.ndarray, size: int | tuple[int, int], factor: float
) -> np.ndarray:
    """Inverse of :func:`squeeze`, up to the limit of the inverse tanh.

    Raises:
        ValueError: If the factor is outside 0..1.
    """
    return _bend(
        points, size, factor, lambda t: np.arctanh(np.minimum(t, ARCTANH_LIMIT))
    )


def image_to_warped(
    points: np.ndarray, matrix: np.ndarray, size: tuple[int, int], factor: float
) -> np.ndarray:
    """Image points [...,2] in the warped crop of a size."""
    return squeeze(transform_points(matrix, points), size, factor)


def warped_to_image(
    points: np.ndarray, matrix: np.ndarray, size: tuple[int, int], factor: float
) -> np.ndarray:
    """Points [...,2] of the warped crop in the image."""
    return transform_points(np.linalg.inv(matrix), unsqueeze(points, size, factor))


def warp_image(
    image: np.ndarray, matrix: np.ndarray, size: tuple[int, int], factor: float = 0.0
) -> np.ndarray:
    """Warped crop of an image, bilinear, black where the image ends.

    Args:
        image: [H,W,C] or [H,W], uint8 or float32, C <= 4.
        matrix: Image to crop.
        size: Of the crop.
        factor: Of the warp.

    Returns:
        [height,width,...] in the type of the image.
    """
    return _remap(image, matrix, size, factor, cv2.INTER_LINEAR)


def warp_labels(
    labels: np.ndarray, matrix: np.ndarray, size: tuple[int, int], factor: float = 0.0
) -> np.ndarray:
    """Warped crop of a label map [H,W] uint8, nearest; 0 where the image ends."""
    return _remap(labels, matrix, size, factor, cv2.INTER_NEAREST)


def unwarp_maps(
    maps: "Tensor",
    matrix: np.ndarray,
    image_size: tuple[int, int],
    factor: float = 0.0,
) -> "Tensor":
    """Maps of a warped crop, for example logits, brought back to the image.

    Bilinear; all channels are zero outside the crop, so an argmax gives class 0 there,
    the background (protocol §2.4).

    Args:
        maps: [C,h,w] in the size of the crop.
        matrix: Image to crop.
        image_size: Of the image.
        factor: Of the warp.

    Returns:
        float32 [C,H,W] on the device of the maps.
    """
    import torch  # here, as those who only have arrays need no PyTorch
    from torch.nn import functional as F

    height, width = maps.shape[1:]
    columns, rows = (
        torch.arange(side, dtype=torch.float64, device=maps.device)
        for side in image_size
    )
    axes = []
    for (a, b, c), side in zip(matrix[:2].tolist(), (width, height)):
        # squeeze(a x + b y + c) in units of grid_sample, on the device of the maps
        u = ((a * columns + c)[None] + (b * rows)[:, None]) * (2 / side) - 1
        if factor > 0:
            excess = (u.abs() - 1 + factor).clamp_(min=0)
            u = u - u.sign() * (excess - factor * torch.tanh(excess / factor))
        axes.append(u + 1 / side)
    places = torch.stack(axes, dim=-1).float()
    return F.grid_sample(maps[None].float(), places[None], align_corners=False)[0]


def unwarped_arrays(
    maps: np.ndarray,
    matrix: np.ndarray,
    image_size: tuple[int, int],
    factor: float = 0.0,
) -> Iterator[np.ndarray]:
    """What :func:`unwarp_maps` gives, up to rounding, map by map and without PyTorch.

    Args:
        maps: float32 [C,h,w] in the size of the crop.
        matrix: Image to crop.
        image_size: Of the image.
        factor: Of the warp.

    Yields:
        float32 [H,W], C times.
    """
    height, width = maps.shape[1:]
    columns, rows = (np.arange(side, dtype=np.float64) for side in image_size)
    if factor == 0 and matrix[0, 1] == matrix[1, 0] == 0 < matrix.diagonal().min():
        x, y = (matrix[i, i] * at + matrix[i, 2] for i, at in ((0, columns), (1, rows)))
        yield from _stretched(maps, x, y)
        return
    x, y = (
        squeeze((a * columns + c)[None] + (b * rows)[:, None], side, factor)
        for (a, b, c), side in zip(matrix[:2].tolist(), (width, height))
    )
    inside = np.flatnonzero((x > -1) & (x < width) & (y > -1) & (y < height))
    x, y = x.ravel()[inside], y.ravel()[inside]
    left, top = np.floor(x).astype(np.intp), np.floor(y).astype(np.intp)
    right_share, low_share = (x - left).astype(np.float32), (y - top).astype(np.float32)
    # With a rim of zeros, as beyond the crop, all four neighbours are there.
    corner = (top + 1) * (width + 2) + left + 1
    rimmed = np.zeros((height + 2, width + 2), np.float32)
    for one in maps:
        rimmed[1:-1, 1:-1] = one
        flat = rimmed.ravel()
        upper, lower = (
            flat[start] + right_share * (flat[start + 1] - flat[start])
            for start in (corner, corner + width + 2)
        )
        found = np.zeros(image_size[::-1], np.float32)
        found.ravel()[inside] = upper + low_share * (lower - upper)
        yield found


def _stretched(maps: np.ndarray, x: np.ndarray, y: np.ndarray) -> Iterator[np.ndarray]:
    """Maps [C,h,w] at every pair of x [W] and y [H], zero outside; first along rows.

    The same operations in the same order as where the axes are mixed, so the same
    numbers, but those along a row are made once for all pixels below each other.
    """
    (columns, left, right_share), (rows, top, low_share) = (
        _neighbours(at, side) for at, side in ((x, maps.shape[2]), (y, maps.shape[1]))
    )
    rimmed = np.zeros((maps.shape[1] + 2, maps.shape[2] + 2), np.float32)
    for one in maps:
        rimmed[1:-1, 1:-1] = one
        across = rimmed[:, left]
        across += right_share * (rimmed[:, left + 1] - across)
        upper = across[top]
        found = np.zeros((len(y), len(x)), np.float32)
        found[rows, columns] = upper + low_share[:, None] * (across[top + 1] - upper)
        yield found


def _neighbours(at: np.ndarray, side: int) -> tuple[slice, np.ndarray, np.ndarray]:
    """Which of growing places on an axis are near a map.

    And for each of these the cell before it, in the map with a rim, and the share of
    the cell after.
    """
    inside = slice(*np.searchsorted(at, (np.nextafter(-1, 0), side)).tolist())
    before = np.floor(at[inside])
    return inside, before.astype(np.intp) + 1, (at[inside] - before).astype(np.float32)


def _bend(
    points: np.ndarray,
    size: int | tuple[int, int],
    factor: float,
    beyond: Callable[[np.ndarray], np.ndarray],
) -> np.ndarray:
    if not 0 <= factor <= 1:
        raise ValueError(f"warp factor {factor} must lie in 0..1; 0 is a plain crop")
    if factor == 0:
        return points
    u = points / np.asarray(size) * 2 - 1
    excess = np.maximum(np.abs(u) - 1 + factor, 0)
    u = u - np.sign(u) * (excess - factor * beyond(excess / factor))
    return (u + 1) / 2 * np.asarray(size)


def _remap(
    image: np.ndarray,
    matrix: np.ndarray,
    size: tuple[int, int],
    factor: float,
    interpolation: int,
) -> np.ndarray:
    # The warp acts on each axis, so two lines of pixels say all of it.
    axes = [unsqueeze(np.arange(side), side, factor) for side in size]
    plane = np.stack(np.meshgrid(*axes), axis=-1)
    places = transform_points(np.linalg.inv(matrix), plane).astype(np.float32)
    return cv2.remap(
        image,
        places[..., 0],
        places[..., 1],
        interpolation,
        borderMode=cv2.BORDER_CONSTANT,
    )
