"""Parsed faces beside the truth, and tables of confusion, as RGB pictures."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mcf.visualization.canvas import FONT_SIZE, INK, PAPER, picture_table, resize, write
from mcf.visualization.overlays import mask_overlay

TILE = 224
CELL = 46
WRONG = (230, 40, 40)
DARK = (20, 70, 140)
SMALLEST_SHARE = 0.0005
UNLABELLED = -1
"""Class of true pixels that do not count."""
TITLES = ("photo", "truth", "prediction", "wrong pixels\nin red")


@dataclass(frozen=True)
class ParsedFace:
    """A face with its true and its predicted label map.

    Attributes:
        name: Short name.
        score: Mean F1 of this face in percent.
        image: uint8 RGB [H,W,3].
        truth: Class ids [H,W], :data:`UNLABELLED` where there is none.
        predicted: Class ids [H,W].
    """

    name: str
    score: float
    image: np.ndarray
    truth: np.ndarray
    predicted: np.ndarray


def difference_overlay(
    image: np.ndarray, truth: np.ndarray, predicted: np.ndarray
) -> np.ndarray:
    """Darkened photo [H,W,3] whose wrongly labelled pixels are red."""
    picture = (0.55 * image).astype(np.uint8)
    picture[(truth != predicted) & (truth != UNLABELLED)] = WRONG
    return picture


def class_legend(
    classes: Sequence[str], palette: Sequence[Sequence[int]], width: int
) -> np.ndarray:
    """Colour and name of each class in rows that fill a width in pixels."""
    longest = max(map(len, classes))
    column = min(width, 34 + round(0.62 * FONT_SIZE * longest))
    columns = max(1, width // column)
    rows = -(-len(classes) // columns)
    legend = np.full((rows * 22, width, 3), PAPER, np.uint8)
    corners = [
        (index // columns * 22, index % columns * column)
        for index in range(len(classes))
    ]
    for (top, left), colour in zip(corners, palette, strict=True):
        legend[top + 4 : top + 18, left + 4 : left + 22] = INK
        legend[top + 5 : top + 17, left + 5 : left + 21] = colour
    for (top, left), name in zip(corners, classes, strict=True):
        legend = write(legend, name, at=(left + 28, top + 11), anchor="lm")
    return legend


def parsing_sheet(
    faces: Sequence[ParsedFace],
    classes: Sequence[str],
    palette: Sequence[Sequence[int]],
) -> np.ndarray:
    """One face a row: photo, truth, prediction and where the two differ.

    Args:
        faces: At least one, of any sizes.
        classes: Names for the legend.
        palette: RGB of each class.

    Returns:
        uint8 RGB picture [H,W,3].

    Raises:
        ValueError: If there is no face.
    """
    rows = []
    for face in faces:
        tiles = [
            face.image,
            mask_overlay(face.image, face.truth, palette),
            mask_overlay(face.image, face.predicted, palette),
            difference_overlay(face.image, face.truth, face.predicted),
        ]
        first, *others = (_fit(tile) for tile in tiles)
        name = face.name if len(face.name) <= 24 else f"{face.name[:22]}..."
        first = _caption(first, f"{name}\nmean F1 {face.score:.1f}")
        rows.append([first, *others])
    legend = class_legend(classes, palette, len(TITLES) * TILE)
    return picture_table(rows, list(TITLES), legend=legend)


def confusion_picture(confusion: np.ndarray, classes: Sequence[str]) -> np.ndarray:
    """Table of where the pixels of each true class go, in percent.

    Args:
        confusion: Numbers of pixels [K,K]; rows are true classes.
        classes: K names.

    Returns:
        uint8 RGB picture; the darker a cell the larger its share. Rows of classes
        without a true pixel stay empty.
    """
    head = 18 + round(0.6 * FONT_SIZE * max(map(len, classes)))
    side = head + CELL * len(classes) + 8
    page = np.full((side + 22, side, 3), PAPER, np.uint8)
    true = confusion.sum(axis=1, keepdims=True)
    shares = np.divide(confusion, true, out=np.zeros(confusion.shape), where=true > 0)
    starts = [head + CELL * index for index in range(len(classes))]
    for left, name in zip(starts, classes, strict=True):
        page[:head, left : left + CELL] = _upright(name, head)
    for (i, j), share in np.ndenumerate(shares):
        colour = np.array(PAPER) + share * (np.array(DARK) - PAPER)
        rows = slice(starts[i] + 1, starts[i] + CELL)
        page[rows, starts[j] + 1 : starts[j] + CELL] = colour.astype(np.uint8)
    for top, name in zip(starts, classes, strict=True):
        page = write(page, name, at=(head - 8, top + CELL / 2), anchor="rm")
    for i, j in np.argwhere(shares >= SMALLEST_SHARE):
        page = write(
            page,
            f"{100 * shares[i, j]:.1f}",
            at=(starts[j] + CELL / 2, starts[i] + CELL / 2),
            size=11,
            colour=PAPER if shares[i, j] > 0.5 else INK,
        )
    note = "rows: true class, columns: predicted class, percent of the true pixels"
    return write(page, note, at=(8, side + 9), anchor="lm")


def stack(*pictures: np.ndarray) -> np.ndarray:
    """Pictures [H,W,3] below each other on white paper, flush left."""
    width = max(picture.shape[1] for picture in pictures)
    return np.concatenate(
        [
            np.pad(
                picture,
                ((0, 0), (0, width - picture.shape[1]), (0, 0)),
                constant_values=255,
            )
            for picture in pictures
        ]
    )


def _fit(tile: np.ndarray) -> np.ndarray:
    """Picture in the middle of a square tile."""
    height, width = tile.shape[:2]
    scale = TILE / max(height, width)
    small = resize(tile, max(1, round(height * scale)), max(1, round(width * scale)))
    square = np.full((TILE, TILE, 3), PAPER, np.uint8)
    top, left = (TILE - small.shape[0]) // 2, (TILE - small.shape[1]) // 2
    square[top : top + small.shape[0], left : left + small.shape[1]] = small
    return square


def _caption(tile: np.ndarray, text: str) -> np.ndarray:
    for line, at in zip(text.split("\n"), (TILE - 22, TILE - 5), strict=True):
        tile = write(
            tile, line, at=(5, at), anchor="ld", colour=(255, 255, 255), outline=1
        )
    return tile


def _upright(name: str, length: int) -> np.ndarray:
    """Name that reads from bottom to top, [length,CELL,3]."""
    strip = np.full((CELL, length, 3), PAPER, np.uint8)
    return np.rot90(write(strip, name, at=(8, CELL / 2), anchor="lm"))
