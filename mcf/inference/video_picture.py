"""Frames of a video with their faces drawn on them, fast enough to keep up."""

import colorsys

import cv2
import numpy as np

from .result import FaceResult
from .video import VideoFrame

OPACITY = 0.35
FRACTION = 4
"""Bits of a part of a pixel in OpenCV's drawing."""
GOLDEN = 0.618
"""Of a turn of the hue from one id to the next, so that neighbours differ."""


def draw_frame(frame: VideoFrame) -> np.ndarray:
    """Copy of a frame's image with parts, boxes, ids and points, uint8 BGR [H,W,3].

    A box is thin where its face was followed and not detected.

    Raises:
        ValueError: If the result does not hold its image.
    """
    result = frame.result
    if result.image is None:
        raise ValueError(f"{result.source}: its image is not there to be drawn on")
    picture = result.image.copy()
    _tint(picture, result)
    sides = (result.boxes[:, 2:] - result.boxes[:, :2]).max(axis=1).tolist()
    for i, (one, side) in enumerate(zip(frame.ids, sides)):
        colour = colour_of(one)
        width = max(1, round(side / 120)) + frame.detected[i]
        low, high = (_fixed(corner) for corner in result.boxes[i].reshape(2, 2))
        cv2.rectangle(picture, low, high, colour, width, cv2.LINE_AA, FRACTION)
        if result.landmarks is not None:
            _dots(picture, result.landmarks.points[i], max(1.0, side / 100))
        place = (round(float(result.boxes[i, 0])), round(float(result.boxes[i, 1])) - 4)
        size = max(0.4, side / 300)
        for ink, rim in (((0, 0, 0), 3), (colour, 0)):
            cv2.putText(
                picture,
                str(one),
                place,
                cv2.FONT_HERSHEY_SIMPLEX,
                size,
                ink,
                max(1, round(2 * size)) + rim,
                cv2.LINE_AA,
            )
    return picture


def colour_of(identity: int) -> tuple[int, int, int]:
    """Bright BGR colour of a face's id."""
    red, green, blue = colorsys.hsv_to_rgb(identity * GOLDEN % 1, 0.55, 1.0)
    return round(255 * blue), round(255 * green), round(255 * red)


def _tint(picture: np.ndarray, result: FaceResult) -> None:
    """Mix the colours of the parts into the picture."""
    if result.parsing is None:
        return
    colours = np.array(result.parsing.class_set.colours, np.uint8)[:, ::-1]
    for region in result.parsing.faces:
        if region.labels.size:
            window = picture[region.window]
            mixed = cv2.addWeighted(
                window, 1 - OPACITY, colours[region.labels], OPACITY, 0
            )
            cv2.copyTo(mixed, region.labels, window)


def _dots(picture: np.ndarray, points: np.ndarray, radius: float) -> None:
    size = round(radius * 2**FRACTION)
    rim = 2**FRACTION
    for point in points:
        at = _fixed(point)
        cv2.circle(picture, at, size + rim, (0, 0, 0), -1, cv2.LINE_AA, FRACTION)
        cv2.circle(picture, at, size, (128, 255, 0), -1, cv2.LINE_AA, FRACTION)


def _fixed(point: np.ndarray) -> tuple[int, int]:
    """A point as OpenCV's whole numbers, far ones brought near."""
    x, y = np.round(np.clip(point, -8000, 16000) * 2**FRACTION).astype(int).tolist()
    return x, y
