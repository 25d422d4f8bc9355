"""Classes of a face's pixels in its photo."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mcf.crops.rule import Crop
from mcf.crops.tanh_warp import unwarp_maps, unwarped_arrays

if TYPE_CHECKING:
    from torch import Tensor

STRIP = 2**24
"""Numbers that are mapped back at a time: about 64 MiB."""


@dataclass(frozen=True, eq=False)
class LabelRegion:
    """Classes of a face's pixels in a rectangle; everything outside is background.

    Attributes:
        labels: Class ids, uint8 [h,w]; [0,0] where all is background.
        left: First column of the rectangle in the image.
        top: First row of it.
    """

    labels: np.ndarray
    left: int = 0
    top: int = 0

    @property
    def window(self) -> tuple[slice, slice]:
        """Rows and columns of the rectangle in an array [H,W,...] of the image."""
        height, width = self.labels.shape
        return (
            slice(self.top, self.top + height),
            slice(self.left, self.left + width),
        )


def labels_in_photo(
    logits: "Tensor | np.ndarray", crop: Crop, photo_size: tuple[int, int]
) -> LabelRegion:
    """Classes of a face's pixels in its photo, as ``mcf.FaceParser`` finds them.

    Logits, not labels, are brought back (protocol §2.4), in strips of the part of the
    photo that the crop can reach, so that large photos need no more memory.

    Args:
        logits: [C,h,w] of the size of the crop; of PyTorch on any device, or an array.
        crop: What the network saw.
        photo_size: Width and height.
    """
    left, top, right, bottom = _reach(crop, photo_size)
    rows = max(1, STRIP // (len(logits) * max(1, right - left)))
    strips = [
        _labels(logits, crop, (left, start, right, min(start + rows, bottom)))
        for start in range(top, bottom, rows)
    ]
    if not strips or left >= right:
        return LabelRegion(np.zeros((0, 0), np.uint8))
    return _trimmed(np.concatenate(strips), left, top)


def _reach(crop: Crop, photo_size: tuple[int, int]) -> tuple[int, int, int, int]:
    """First and last columns and rows + 1 that the crop shows; all if it is bent."""
    if crop.warp_factor:
        return 0, 0, *photo_size
    height, width = crop.pixels.shape[:2]
    back = np.linalg.inv(crop.matrix)
    corners = np.array([(-1, -1), (width, -1), (width, height), (-1, height)])
    seen = corners @ back[:2, :2].T + back[:2, 2]
    low = np.clip(np.floor(seen.min(axis=0)), 0, photo_size).astype(int)
    high = np.clip(np.ceil(seen.max(axis=0)) + 1, 0, photo_size).astype(int)
    return *low.tolist(), *high.tolist()


def _labels(
    logits: "Tensor | np.ndarray", crop: Crop, window: tuple[int, int, int, int]
) -> np.ndarray:
    left, top, right, bottom = window
    to_photo = np.array([[1, 0, left], [0, 1, top], [0, 0, 1]])
    size = (right - left, bottom - top)
    matrix = crop.matrix @ to_photo
    if isinstance(logits, np.ndarray):
        return _highest(unwarped_arrays(logits, matrix, size, crop.warp_factor))
    maps = unwarp_maps(logits, matrix, size, crop.warp_factor)
    # the first of equal ones, as argmax, which takes five times as long on a CPU
    return maps.max(dim=0).indices.byte().cpu().numpy()


def _highest(maps: Iterator[np.ndarray]) -> np.ndarray:
    """Which of several maps is the highest, the first of equal ones; uint8."""
    best = next(maps)
    labels = np.zeros(best.shape, np.uint8)
    for label, one in enumerate(maps, 1):
        higher = one > best
        labels[higher] = label
        np.maximum(best, one, out=best)
    return labels


def _trimmed(labels: np.ndarray, left: int, top: int) -> LabelRegion:
    """The least rectangle that holds all that is not background."""
    rows, columns = (
        np.flatnonzero(labels.any(axis=1)),
        np.flatnonzero(labels.any(axis=0)),
    )
    if not len(rows):
        return LabelRegion(np.zeros((0, 0), np.uint8))
    y, x = int(rows[0]), int(columns[0])
    part = labels[y : rows[-1] + 1, x : columns[-1] + 1]
    return LabelRegion(np.ascontiguousarray(part), left + x, top + y)
