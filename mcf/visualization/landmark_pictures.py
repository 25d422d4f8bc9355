"""Predicted landmarks beside the true ones, coloured by error."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from mcf.crops.geometry import (
    box_to_crop,
    similarity_about_centre,
    transform_points,
)
from mcf.visualization.canvas import PAPER, picture_table, write

SIDE = 288
"""Of a tile in pixels."""
SCALE = 0.7
"""Of the face box in a tile: 1.43 times its sides are seen."""
PAIRS = 2
"""Faces in a row."""
WORST = 0.1
"""Error, as a share of the unit, that is as red as it gets."""
TRUE, WHITE, BLACK = (0, 220, 255), (255, 255, 255), (0, 0, 0)


@dataclass(frozen=True, eq=False)
class PredictedFace:
    """One face with predicted and true landmarks.

    Attributes:
        name: What to call it.
        image: uint8 RGB [H,W,3].
        box: Borders of the face x1, y1, x2, y2 [4], for the choice of the section.
        points: Predicted [K,2], pixels of the image.
        truth: [K,2].
        counted: Which points the error is averaged over [K] bool.
        unit: Length that errors are divided by, pixels.
        labelled: Which points have a true place [K] bool; None is all.
    """

    name: str
    image: np.ndarray
    box: np.ndarray
    points: np.ndarray
    truth: np.ndarray
    counted: np.ndarray
    unit: float
    labelled: np.ndarray | None = None

    @property
    def errors(self) -> np.ndarray:
        """Of each point as a ratio to the unit, [K]."""
        return np.linalg.norm(self.points - self.truth, axis=1) / self.unit

    @property
    def nme(self) -> float:
        """Mean of the errors of the counted points."""
        return float(self.errors[self.counted].mean())


def landmark_sheet(
    faces: Sequence[PredictedFace], *, numbers: bool = False
) -> np.ndarray:
    """Two tiles a face: true points, and predicted ones in the colour of their error.

    From green (no error) to red (10 % of the unit or more), each with a line to where
    it should be; points that do not count are grey, and without a line if their true
    place is not labelled. Below stands the NME in percent.

    Args:
        faces: In the order in which to show them, at least one.
        numbers: Write the index beside each true point.

    Returns:
        uint8 RGB picture.
    """
    pairs = [_tiles(face, numbers=numbers) for face in faces]
    columns = min(PAIRS, len(pairs))
    blank = np.full((SIDE, SIDE, 3), PAPER, np.uint8)
    pairs += [(blank, blank)] * (-len(pairs) % columns)
    rows = [
        [tile for pair in pairs[start : start + columns] for tile in pair]
        for start in range(0, len(pairs), columns)
    ]
    titles = ["true", "predicted"] * columns
    return picture_table(rows, titles, legend=_legend())


def error_colour(error: float) -> tuple[int, int, int]:
    """RGB from green over yellow to red for an error as a ratio."""
    hue = round(60 * (1 - min(error / WORST, 1)))  # OpenCV's degrees are halved
    pixel = np.array([[[hue, 255, 255]]], np.uint8)
    return tuple(cv2.cvtColor(pixel, cv2.COLOR_HSV2RGB)[0, 0].tolist())


def _tiles(face: PredictedFace, *, numbers: bool) -> tuple[np.ndarray, np.ndarray]:
    size = (SIDE, SIDE)
    to_tile = similarity_about_centre(size, scale=SCALE) @ box_to_crop(face.box, size)
    photo = cv2.warpAffine(
        face.image, to_tile[:2], size, flags=cv2.INTER_LINEAR, borderValue=(96, 99, 104)
    )
    truth = transform_points(to_tile, face.truth)
    points = transform_points(to_tile, face.points)
    left, right = photo.copy(), photo.copy()
    known = range(len(truth)) if face.labelled is None else face.labelled.nonzero()[0]
    for target in truth[known]:
        _dot(left, target, TRUE)
    for point, target in zip(points[known], truth[known], strict=True):
        cv2.line(right, _fixed(point), _fixed(target), WHITE, 1, cv2.LINE_AA, 4)
    for point, error, counts in zip(points, face.errors, face.counted, strict=True):
        _dot(right, point, error_colour(error) if counts else (160, 160, 160))
    for index in known if numbers else ():
        x, y = truth[index]
        beside = dict(at=(x + 4, y), anchor="lm", size=10)
        left = write(left, str(index), colour=WHITE, outline=1, **beside)
    caption = dict(at=(5, SIDE - 4), anchor="ld", colour=WHITE, outline=1)
    left = write(left, face.name, **caption)
    return left, write(right, f"{100 * face.nme:.2f} %", **caption)


def _dot(tile: np.ndarray, point: np.ndarray, colour: tuple[int, int, int]) -> None:
    for radius, paint in ((3.2, BLACK), (2.2, colour)):
        cv2.circle(tile, _fixed(point), round(16 * radius), paint, -1, cv2.LINE_AA, 4)


def _fixed(point: np.ndarray) -> tuple[int, int]:
    """Coordinates with four binary places, as OpenCV takes them with shift 4."""
    x, y = np.clip(16 * point, -1e6, 1e6).round().astype(int).tolist()
    return x, y


def _legend() -> np.ndarray:
    legend = np.full((20, 400, 3), PAPER, np.uint8)
    for column in range(120):
        legend[4:16, 230 + column] = error_colour(WORST * column / 119)
    legend = write(legend, "error of a point   0", at=(222, 10), anchor="rm")
    return write(legend, f"{WORST:.0%}", at=(358, 10), anchor="lm")
