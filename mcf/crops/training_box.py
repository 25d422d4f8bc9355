"""The box a network was trained on, made from the box of a face detector."""

from typing import Literal, get_args

import numpy as np

BoxKind = Literal["landmarks", "annotated"]
"""Which boxes a training set has: squares around its points, or annotated ones."""
BOX_KINDS: tuple[BoxKind, ...] = get_args(BoxKind)

SQUARE_OF_DETECTION, DROP_OF_DETECTION = 0.8, 0.13
"""Square around the landmarks in terms of a detector's box, from forehead to chin: its
side and how far its centre lies lower, both per longer side of the box. Means over 43
faces with 68 points (0.81 and 0.13); 0.74 and 0.13 over 120 with 29 points."""


def training_box(box: np.ndarray, kind: BoxKind) -> np.ndarray:
    """Box [4] like those of a training set, of a detector's box [4] x1, y1, x2, y2.

    For ``landmarks`` the square where the points of the face are expected. For
    ``annotated`` the square about the detector's box: not measured on any such set.
    """
    side = max(box[2] - box[0], box[3] - box[1])
    drop = 0.0
    if kind == "landmarks":
        side, drop = SQUARE_OF_DETECTION * side, DROP_OF_DETECTION * side
    x, y = (box[:2] + box[2:]) / 2 + (0.0, drop)
    return np.array([x - side / 2, y - side / 2, x + side / 2, y + side / 2])


def likely_detection(square: np.ndarray) -> np.ndarray:
    """Square about the box [4] in which a detector would find a face.

    Inverse of :func:`training_box` for ``landmarks``: its mean error is that of the two
    measured numbers.

    Args:
        square: Around the landmarks, x1, y1, x2, y2.
    """
    side = (square[2] - square[0]) / SQUARE_OF_DETECTION
    x, y = (square[:2] + square[2:]) / 2 - (0.0, DROP_OF_DETECTION * side)
    return np.array([x - side / 2, y - side / 2, x + side / 2, y + side / 2])
