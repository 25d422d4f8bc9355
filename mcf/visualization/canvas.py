"""Sheets: titled tables of pictures with a legend, as one RGB array."""

from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from mcf.utils.atomic_file import write_atomically

INK = (32, 36, 41)
PAPER = (255, 255, 255)
GAP = 6
FONT_SIZE = 13


def resize(image: np.ndarray, height: int, width: int) -> np.ndarray:
    """Image [H,W,3] at another size: area average down, cubic up."""
    smaller = height * width < image.shape[0] * image.shape[1]
    method = cv2.INTER_AREA if smaller else cv2.INTER_CUBIC
    return cv2.resize(image, (width, height), interpolation=method)


def write(
    image: np.ndarray,
    text: str,
    *,
    at: tuple[float, float],
    anchor: str = "mm",
    size: float = FONT_SIZE,
    colour: tuple[int, int, int] = INK,
    outline: int = 0,
) -> np.ndarray:
    """Copy of a uint8 RGB image [H,W,3] with a line of text on it.

    Args:
        image: Picture to write on.
        text: One or more lines.
        at: x and y of the anchor in pixels.
        anchor: Two letters as in Pillow: horizontal l, m or r, vertical a
            (ascender), m or d (descender). Several lines take "l", "m" or "r"
            with "a" or "m".
        size: Font size in pixels.
        colour: RGB of the letters.
        outline: Width in pixels of a dark rim for text on photos.
    """
    page = Image.fromarray(image)
    ImageDraw.Draw(page).text(
        at,
        text,
        fill=colour,
        anchor=anchor,
        align="center",
        font=ImageFont.load_default(size),
        stroke_width=outline,
        stroke_fill=(0, 0, 0),
    )
    return np.asarray(page)


def picture_table(
    rows: list[list[np.ndarray]],
    titles: list[str],
    *,
    legend: np.ndarray | None = None,
) -> np.ndarray:
    """Pictures in rows and columns with a title over each column.

    Args:
        rows: Equally long rows of uint8 RGB pictures of one size [H,W,3].
        titles: One text a column, possibly of several lines.
        legend: Picture set below the table, right-aligned and cut on the left
            if it is wider than the table.

    Returns:
        uint8 RGB picture on white paper.

    Raises:
        ValueError: If there is no row or a row has not one picture a title.
    """
    if not rows or any(len(row) != len(titles) for row in rows):
        raise ValueError(
            f"a picture table needs rows of {len(titles)} pictures (one a title), "
            f"got rows of {[len(row) for row in rows]}"
        )
    height, width = rows[0][0].shape[:2]
    lines = max(title.count("\n") + 1 for title in titles)
    head = 2 * GAP + round(1.3 * FONT_SIZE * lines)
    foot = 0 if legend is None else legend.shape[0] + GAP
    page = np.full(
        (
            head + len(rows) * (height + GAP) + foot,
            GAP + len(titles) * (width + GAP),
            3,
        ),
        PAPER,
        dtype=np.uint8,
    )
    for i, row in enumerate(rows):
        top = head + i * (height + GAP)
        for j, picture in enumerate(row):
            left = GAP + j * (width + GAP)
            page[top : top + height, left : left + width] = picture
    if legend is not None:
        fits = legend[:, -(page.shape[1] - 2 * GAP) :]
        bottom, right = page.shape[0] - GAP, page.shape[1] - GAP
        page[bottom - fits.shape[0] : bottom, right - fits.shape[1] : right] = fits
    for j, title in enumerate(titles):
        centre = GAP + j * (width + GAP) + width / 2
        page = write(page, title, at=(centre, head / 2), size=_fit(title, width))
    return page


def write_picture(image: np.ndarray, path: str | Path) -> None:
    """Write a uint8 RGB image [H,W,3], complete or not at all.

    Raises:
        ValueError: If the name of the file ends in no known format.
    """
    path = Path(path)
    try:
        _, encoded = cv2.imencode(path.suffix, image[..., ::-1])
    except cv2.error as error:
        raise ValueError(
            f"{path} names no format of pictures; let it end in .png or .jpg"
        ) from error
    write_atomically(encoded.tobytes(), path)


def _fit(text: str, width: int) -> float:
    """Font size in pixels at which the widest line fits into a width."""
    font = ImageFont.load_default(FONT_SIZE)
    widest = max(font.getlength(line) for line in text.split("\n"))
    return min(FONT_SIZE, FONT_SIZE * width / widest) if widest else FONT_SIZE
