"""The surface that is painted on: colours and class labels side by side."""

from dataclasses import dataclass
from itertools import accumulate, pairwise

import cv2
import numpy as np

SHIFT = 4  # fixed-point bits of a coordinate handed to OpenCV
IMAGE_FACTOR = 2  # colours are painted at this multiple, anti-aliased
LABEL_FACTOR = 5  # odd, so that an output pixel's centre is a painted pixel
BOX_BLUR_FROM = 2.0  # pixels of blur above which two box filters do


@dataclass(frozen=True)
class Patch:
    """Coverage of a shape inside its bounding box.

    Attributes:
        box: Rows and columns of the box in the painted image.
        alpha: ``[h, w]`` coverage in 0..1.
    """

    box: tuple[slice, slice]
    alpha: np.ndarray


class Canvas:
    """Painted image and label map of one face.

    Shapes are ``[N, 2]`` arrays of (x, y) in 0..1 over the image, so that the
    same drawing can be painted at any size. A pixel of an image of ``size``
    has its centre at ``(index + 0.5) / size``. Colours are RGB in 0..1; the
    image is kept as three planes, which blends much faster than interleaved.

    Args:
        size: Height and width of the finished image, pixels.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self.side = IMAGE_FACTOR * size
        self.image = np.zeros((3, self.side, self.side), np.float32)
        self.labels = np.zeros((LABEL_FACTOR * size,) * 2, np.uint8)

    def cover(
        self,
        *polygons: np.ndarray,
        blur: float = 0.0,
        within: tuple[np.ndarray, ...] = (),
    ) -> Patch:
        """Coverage of the union of polygons.

        Args:
            polygons: ``[N, 2]`` closed polygons.
            blur: Standard deviation of a softened edge, in image widths.
            within: Polygons to whose union the result is clipped, sharply.
        """
        return self._patch(polygons, blur, within, None)

    def trace(
        self,
        *lines: np.ndarray,
        width: float,
        blur: float = 0.0,
        within: tuple[np.ndarray, ...] = (),
    ) -> Patch:
        """Coverage of open lines of constant width (in image widths)."""
        return self._patch(lines, blur, within, width)

    def _patch(
        self,
        shapes: tuple[np.ndarray, ...],
        blur: float,
        within: tuple[np.ndarray, ...],
        width: float | None,
    ) -> Patch:
        sigma = blur * self.side
        thick = max(1, round((width or 0.0) * self.side))
        margin = 3 * sigma + thick + 1
        # A clipped shape need not be drawn outside of what clips it.
        reach = np.concatenate(within or shapes) * self.side
        if within:
            margin = 2.0
        x0, y0 = (max(0, int(low - margin)) for low in reach.min(axis=0).tolist())
        x1, y1 = (
            min(self.side, int(high + margin)) for high in reach.max(axis=0).tolist()
        )
        box = (slice(y0, max(y0, y1)), slice(x0, max(x0, x1)))
        alpha = np.zeros(self.image[0][box].shape, np.uint8)
        if alpha.size == 0:
            return Patch(box, alpha.astype(np.float32))
        offset = np.array([x0 + 0.5, y0 + 0.5])
        fixed = _fixed(shapes, self.side, offset)
        if width is None:
            for polygon in fixed:
                cv2.fillPoly(alpha, [polygon], 255, cv2.LINE_AA, SHIFT)
        else:
            cv2.polylines(alpha, fixed, False, 255, thick, cv2.LINE_AA, SHIFT)
        alpha = _soften(alpha, sigma)
        if within:
            clip = np.zeros_like(alpha)
            for polygon in _fixed(within, self.side, offset):
                cv2.fillPoly(clip, [polygon], 255, cv2.LINE_AA, SHIFT)
            alpha = cv2.multiply(alpha, clip, scale=1 / 255)
        return Patch(box, np.multiply(alpha, 1 / 255, dtype=np.float32))

    def blend(self, patch: Patch, colour: np.ndarray, opacity: float = 1.0) -> None:
        """Lays a colour, ``[3]`` or ``[3, side, side]``, over the image."""
        region = self.image[(slice(None), *patch.box)]
        if colour.ndim == 1:
            paint = colour.astype(np.float32)[:, None, None]
        else:
            paint = colour[(slice(None), *patch.box)]
        change = paint - region
        change *= patch.alpha * np.float32(opacity)
        region += change

    def multiply(self, patch: Patch, factor: np.ndarray, opacity: float = 1.0) -> None:
        """Multiplies the image by a colour ``[3]``: shadows and tints."""
        change = ((factor - 1) * opacity).astype(np.float32)[:, None, None]
        self.image[(slice(None), *patch.box)] *= 1 + change * patch.alpha

    def mark(self, polygon: np.ndarray, label: int) -> None:
        """Writes a class over all label pixels inside a polygon."""
        points = _fixed((polygon,), self.labels.shape[0], np.array([0.5, 0.5]))
        cv2.fillPoly(self.labels, points, int(label), cv2.LINE_8, SHIFT)

    def finished_labels(self) -> np.ndarray:
        """``[size, size]`` class at the centre of every output pixel."""
        start = LABEL_FACTOR // 2
        return np.ascontiguousarray(
            self.labels[start::LABEL_FACTOR, start::LABEL_FACTOR]
        )

    def finished_image(self) -> np.ndarray:
        """``[size, size, 3]`` float32 colours, averaged down."""
        return cv2.resize(
            cv2.merge(list(self.image)),
            (self.size, self.size),
            interpolation=cv2.INTER_AREA,
        )


def _soften(alpha: np.ndarray, sigma: float) -> np.ndarray:
    if sigma < 0.3:
        return alpha
    if sigma < BOX_BLUR_FROM:
        return cv2.GaussianBlur(alpha, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE)
    width = 2 * round((np.sqrt(6 * sigma**2 + 1) - 1) / 2) + 1
    for _ in range(2):
        alpha = cv2.blur(alpha, (width, width), borderType=cv2.BORDER_REPLICATE)
    return alpha


def _fixed(
    shapes: tuple[np.ndarray, ...], side: int, offset: np.ndarray
) -> list[np.ndarray]:
    """Shapes as fixed-point pixel positions; all are converted at once."""
    points = np.concatenate(shapes) * side - offset
    points = np.rint(points * (1 << SHIFT)).astype(np.int32)
    ends = [0, *accumulate(len(shape) for shape in shapes)]
    return [points[start:end] for start, end in pairwise(ends)]
