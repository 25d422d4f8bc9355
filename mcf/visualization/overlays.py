"""Landmarks, labels, masks and heat maps over faces, as uint8 RGB arrays."""

from collections.abc import Sequence

import cv2
import numpy as np

HIDDEN = (96, 99, 104)


def landmarks_overlay(
    image: np.ndarray, points: np.ndarray, *, radius: float | None = None
) -> np.ndarray:
    """Face with its landmarks as dots.

    Args:
        image: uint8 RGB [H,W,3].
        points: [K,2] x and y in pixels, pixel centres at whole numbers.
        radius: Of a dot in pixels; None lets it follow the size of the image.
    """
    picture = image.copy()
    if radius is None:
        radius = max(1.0, max(image.shape[:2]) / 110)
    for x, y in np.asarray(points, dtype=np.float64).tolist():
        _draw_disc(picture, x, y, radius + min(1.0, radius / 2), (0, 0, 0))
        _draw_disc(picture, x, y, radius, (0, 255, 128))
    return picture


def box_overlay(image: np.ndarray, box: np.ndarray, *, width: int = 1) -> np.ndarray:
    """Image with the frame of a box.

    Args:
        image: uint8 RGB [H,W,3].
        box: Borders x1, y1, x2, y2 in pixels; what lies outside is not drawn.
        width: Of the line in pixels; from 2 on a dark rim of one pixel surrounds it.
    """
    picture = image.copy()
    limit = 4 * max(image.shape[:2])  # far outside, and within OpenCV's integers
    x1, y1, x2, y2 = np.clip(np.round(box), -limit, limit).astype(int).tolist()
    if width > 1:
        cv2.rectangle(picture, (x1, y1), (x2, y2), (0, 0, 0), width + 2)
    cv2.rectangle(picture, (x1, y1), (x2, y2), (255, 255, 255), width)
    return picture


def mask_overlay(
    image: np.ndarray,
    labels: np.ndarray,
    palette: Sequence[Sequence[int]],
    *,
    opacity: float = 0.55,
) -> np.ndarray:
    """Face tinted by its parsing labels.

    Class 0 (background) and pixels without class (below 0) stay as they are.

    Args:
        image: uint8 RGB [H,W,3].
        labels: Class of each pixel [H,W].
        palette: RGB of the K classes.
        opacity: Share of the class colour.

    Raises:
        ValueError: If the sizes differ or a label has no colour.
    """
    if labels.shape != image.shape[:2]:
        raise ValueError(f"labels {labels.shape} do not cover image {image.shape}")
    if labels.max(initial=0) >= len(palette):
        raise ValueError(
            f"label {labels.max()} has no colour: the palette has {len(palette)}"
        )
    colours = np.asarray(palette)[labels]
    tinted = (1 - opacity) * image + opacity * colours
    return np.where(labels[..., None] > 0, tinted, image).astype(np.uint8)


def hide_patches(
    image: np.ndarray, hidden: np.ndarray, grid: tuple[int, int]
) -> np.ndarray:
    """Image [H,W,3] with its hidden patches ([L], 1 = hidden) painted grey."""
    height, width = image.shape[:2]
    cells = np.asarray(hidden, dtype=np.uint8).reshape(grid)
    area = cv2.resize(cells, (width, height), interpolation=cv2.INTER_NEAREST)
    return np.where(area[..., None] > 0, np.uint8(HIDDEN), image)


def heat_overlay(image: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Grey image [H,W,3] under a colour map of values [h,w] on the scale 0 to 1.

    One cell is one token. Values outside the scale take the colour of its end.
    """
    height, width = image.shape[:2]
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)[..., None]
    cells = np.round(np.clip(values, 0, 1) * 255).astype(np.uint8)
    cells = cv2.resize(cells, (width, height), interpolation=cv2.INTER_NEAREST)
    colours = cv2.applyColorMap(cells, cv2.COLORMAP_VIRIDIS)[..., ::-1]
    return np.round(0.3 * grey + 0.7 * colours).astype(np.uint8)


def _draw_disc(
    picture: np.ndarray, x: float, y: float, radius: float, colour: tuple[int, ...]
) -> None:
    """Draw in place; sub-pixel and smooth, unlike OpenCV's circles of this size."""
    height, width = picture.shape[:2]
    reach = radius + 1
    rows = np.arange(max(0, int(y - reach)), min(height, int(y + reach) + 2))
    columns = np.arange(max(0, int(x - reach)), min(width, int(x + reach) + 2))
    if rows.size == 0 or columns.size == 0:
        return
    distance = np.hypot(rows[:, None] - y, columns - x)
    cover = np.clip(radius + 0.5 - distance, 0, 1)[..., None]
    area = picture[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    area[:] = np.round((1 - cover) * area + cover * np.array(colour))
