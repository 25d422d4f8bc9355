"""Small sets of faces with landmarks, for probes of frozen features."""

from dataclasses import dataclass

import cv2
import numpy as np

CROP_MARGIN = 1.5
CROP_JITTER = 0.1


@dataclass(frozen=True)
class LandmarkFaces:
    """Square faces and their landmarks.

    Attributes:
        name: Name of the set.
        images: uint8 BGR, all of one size [S,S,3].
        points: [N,K,2] x and y in units of the image side, (p + 0.5) / S.
        eyes: The two points whose distance normalises the error (inter-ocular).
        note: What a reader of the error must know about the crops.
        photos: Photo of each face; those of one photo stay in one fold. Each face by
            itself if None.
    """

    name: str
    images: list[np.ndarray]
    points: np.ndarray
    eyes: tuple[int, int]
    note: str
    photos: list[str] | None = None


def draw_synthetic(
    count: int = 300, *, size: int, first_seed: int = 10_000_000
) -> LandmarkFaces:
    """Synthetic faces with their 68 exact points, uncropped.

    Args:
        count: Number of faces.
        size: Side in pixels.
        first_seed: Seed of the first face; the default is far from those that
            training draws.
    """
    from mcf.drawn_faces import draw_face

    faces = [draw_face(first_seed + i, size) for i in range(count)]
    images = [np.ascontiguousarray(face.image[..., ::-1]) for face in faces]
    points = np.stack([(face.landmarks68 + 0.5) / size for face in faces])
    note = "Drawn faces as they are, without crop; their points are exact."
    return LandmarkFaces("synthetic", images, points, (36, 45), note)


def crop_around(
    image: np.ndarray, points: np.ndarray, *, size: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Randomly displaced square around landmarks, and the landmarks in it.

    The square has whole-pixel borders and is black beyond the image.

    Args:
        image: uint8 [H,W,3].
        points: [K,2] x and y in pixels, pixel centres at whole numbers.
        size: Side of the result in pixels.
        rng: Source of the displacement.

    Returns:
        The crop [size,size,3] and its points [K,2] in units of its side.
    """
    low, high = points.min(axis=0), points.max(axis=0)
    scale, shift_x, shift_y = rng.uniform(-CROP_JITTER, CROP_JITTER, size=3)
    extent = CROP_MARGIN * (high - low).max() * (1 + scale)
    side = max(1, round(extent))
    centre = (low + high) / 2 + 0.5 + extent * np.array([shift_x, shift_y])
    corner = np.round(centre - side / 2).astype(int)
    x, y = np.maximum(corner, 0)
    x_end, y_end = np.maximum(corner + side, 0)
    seen = image[y:y_end, x:x_end]
    square = np.zeros((side, side, 3), dtype=np.uint8)
    dx, dy = np.maximum(-corner, 0)
    square[dy : dy + seen.shape[0], dx : dx + seen.shape[1]] = seen
    method = cv2.INTER_AREA if size < side else cv2.INTER_LINEAR
    crop = cv2.resize(square, (size, size), interpolation=method)
    return crop, (points + 0.5 - corner) / side
