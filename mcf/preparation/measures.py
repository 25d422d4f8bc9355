"""Numbers about a face by which it can be filtered."""

import cv2
import numpy as np

from mcf.preparation.records import Face

BLUR_SIDE = 112


def face_size(face: Face) -> float:
    """Shorter side of the box in pixels of the source image."""
    return float(min(face.box[2:] - face.box[:2]))


def roll_and_turn(points: np.ndarray) -> tuple[float, float]:
    """How far a head is tilted and turned, from five points [5,2].

    Returns:
        Roll in degrees, positive clockwise on the screen, and turn: the nose tip's
        place between the eyes along their line, 0 in the middle and 1 below the
        right one. Beyond 1 the head is near profile.
    """
    left, right, nose = points[:3]
    across = right - left
    length = max(float(across @ across), 1e-9)
    turn = 2 * float((nose - left) @ across) / length - 1
    return float(np.degrees(np.arctan2(across[1], across[0]))), turn


def sharpness(crop: np.ndarray) -> float:
    """Variance of the Laplacian of the grey crop at 112 pixels; low is blurred."""
    grey = cv2.cvtColor(crop, cv2.COLOR_BGR2GRAY)
    small = cv2.resize(grey, (BLUR_SIDE, BLUR_SIDE), interpolation=cv2.INTER_AREA)
    return float(cv2.Laplacian(small, cv2.CV_32F).var())


def picture_hash(crop: np.ndarray) -> int:
    """64 bits that hardly change with size, compression and brightness.

    Bit i tells whether cell i of an 8x8 grid of average grey is darker than its right
    neighbour ("difference hash").
    """
    grey = cv2.cvtColor(crop, cv2.COLOR_BGR2GRAY)
    cells = cv2.resize(grey, (9, 8), interpolation=cv2.INTER_AREA)
    bits = np.packbits(cells[:, :-1] < cells[:, 1:])
    return int.from_bytes(bits.tobytes(), "big")
