"""Numbers about a face by which it can be filtered."""

import cv2
import numpy as np

from mcf.crops.face import Face

GREY_SIDE = 128


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


def small_grey(crop: np.ndarray) -> np.ndarray:
    """Grey uint8 [128,128] of a BGR crop: what the measures below look at."""
    grey = cv2.cvtColor(crop, cv2.COLOR_BGR2GRAY)
    return cv2.resize(grey, (GREY_SIDE, GREY_SIDE), interpolation=cv2.INTER_AREA)


def sharpness(grey: np.ndarray) -> float:
    """Variance of the Laplacian of a :func:`small_grey`; low is blurred."""
    return float(cv2.Laplacian(grey, cv2.CV_32F).var())


def picture_hash(grey: np.ndarray) -> int:
    """64 bits that hardly change with size, compression and brightness.

    Bit i tells whether cell i of an 8x8 grid of average grey is darker than its right
    neighbour ("difference hash"), in a :func:`small_grey`.
    """
    cells = cv2.resize(grey, (9, 8), interpolation=cv2.INTER_AREA)
    bits = np.packbits(cells[:, :-1] < cells[:, 1:])
    return int.from_bytes(bits.tobytes(), "big")
