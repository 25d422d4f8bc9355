"""Places in a photo as its file stores it, in the photo made upright."""

from typing import Literal, get_args

import numpy as np

from mcf.crops.face import Face

Frame = Literal["upright", "stored"]
"""What boxes and points of others count in: the photo made upright as its EXIF asks
(where this toolkit works), or the pixels as the file stores them."""
FRAMES: tuple[Frame, ...] = get_args(Frame)

MIRRORED = (2, 4, 5, 7)
"""EXIF orientations that are mirror images."""
LEFT_RIGHT = [1, 0, 2, 4, 3]
"""Eyes, nose tip and mouth corners of a mirror image, image-left first again."""


def check_frame(frame: str) -> None:
    """Raise a ValueError for anything but a :data:`Frame`."""
    if frame not in FRAMES:
        raise ValueError(f"frame={frame!r} must be one of {', '.join(FRAMES)}")


def upright_points(
    points: np.ndarray, orientation: int, size: tuple[int, int]
) -> np.ndarray:
    """Points [...,2] of the stored pixels where they are in the upright photo.

    Args:
        points: x and y, pixel centres at whole numbers.
        orientation: By EXIF, 1 to 8; 1 and unknown ones change nothing.
        size: Width and height of the upright photo.
    """
    x, y = points[..., 0], points[..., 1]
    last_x, last_y = size[0] - 1, size[1] - 1
    turned = {
        2: (last_x - x, y),
        3: (last_x - x, last_y - y),
        4: (x, last_y - y),
        5: (y, x),
        6: (last_x - y, x),
        7: (last_x - y, last_y - x),
        8: (y, last_y - x),
    }
    return np.stack(turned.get(orientation, (x, y)), axis=-1)


def upright_box(box: np.ndarray, orientation: int, size: tuple[int, int]) -> np.ndarray:
    """Box [4] of the stored pixels in the upright photo; as :func:`upright_points`."""
    corners = upright_points(np.reshape(box, (2, 2)), orientation, size)
    return np.concatenate([corners.min(axis=0), corners.max(axis=0)])


def upright_face(face: Face, orientation: int, size: tuple[int, int]) -> Face:
    """Face of the stored pixels in the upright photo; as :func:`upright_points`.

    In a mirrored photo the eyes and the mouth corners trade places.
    """
    points = face.points
    if points is not None:
        points = upright_points(points, orientation, size)
        if orientation in MIRRORED:
            points = points[LEFT_RIGHT]
    return Face(upright_box(face.box, orientation, size), face.score, points)
