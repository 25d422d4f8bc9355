"""Plane geometry of face crops: matrices, point sets and the half-pixel convention.

Points are (x, y) with pixel centres at whole numbers, so an image of W columns covers
[-0.5, W - 0.5]. A matrix is [3,3], maps image points to crop points, and is float64. A
size is (width, height) in pixels.
"""

import numpy as np

FIVE_POINT_TEMPLATE = np.array(
    [(196, 226), (316, 226), (256, 286), (220, 360.4), (292, 360.4)]
)
"""Pupils, nose tip and mouth corners (image-left first) of an aligned face, in units
of a 512-pixel crop (protocol §2.4)."""


def transform_points(matrix: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Points [...,2] after an affine [3,3] matrix."""
    return points @ matrix[:2, :2].T + matrix[:2, 2]


def normalise_points(points: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Points [...,2] as fractions of an image: its borders are 0 and 1."""
    return (points + 0.5) / np.asarray(size)


def denormalise_points(points: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Inverse of :func:`normalise_points`."""
    return points * np.asarray(size) - 0.5


def box_to_crop(box: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Matrix that maps a box onto a crop, each axis on its own (protocol §2.3).

    Args:
        box: x1, y1, x2, y2 of its borders; [-0.5, -0.5, W - 0.5, H - 0.5] is a whole
            image.
        size: Of the crop.

    Raises:
        ValueError: If the box is not finite or has no area.
    """
    x1, y1, x2, y2 = np.asarray(box, dtype=float)
    if not (np.isfinite([x1, y1, x2, y2]).all() and x2 > x1 and y2 > y1):
        raise ValueError(
            f"box (x1, y1, x2, y2) = {np.asarray(box).tolist()} must be finite with "
            "x1 < x2 and y1 < y2; correct the annotation or leave the face out"
        )
    a, b = size[0] / (x2 - x1), size[1] / (y2 - y1)
    return np.array([[a, 0, -x1 * a - 0.5], [0, b, -y1 * b - 0.5], [0, 0, 1]])


def similarity_about_centre(
    size: tuple[int, int],
    *,
    scale: float = 1.0,
    angle: float = 0.0,
    shift: tuple[float, float] = (0.0, 0.0),
) -> np.ndarray:
    """Matrix that rotates and scales a crop about its centre, then shifts it.

    Args:
        size: Of the crop; the centre is (size - 1) / 2 (protocol §2.3).
        scale: Above 1 enlarges the face.
        angle: Radians; positive turns x towards y, clockwise on the screen.
        shift: Pixels.
    """
    cos, sin = scale * np.cos(angle), scale * np.sin(angle)
    linear = np.array([[cos, -sin], [sin, cos]])
    centre = (np.asarray(size) - 1) / 2
    matrix = np.eye(3)
    matrix[:2, :2] = linear
    matrix[:2, 2] = centre - linear @ centre + shift
    return matrix


def estimate_similarity(source: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Rotation, uniform scale and shift that map points closest to others.

    Least squares in closed form (Umeyama 1991, equations 40-42); never a mirror image.

    Args:
        source: [N,2].
        target: [N,2].

    Raises:
        ValueError: If shapes differ, a point is not finite, or all source points
            coincide.
    """
    source, target = np.asarray(source, float), np.asarray(target, float)
    if source.shape != target.shape or source.ndim != 2 or source.shape[1] != 2:
        raise ValueError(
            f"source {source.shape} and target {target.shape} must both be [N,2]"
        )
    if not (np.isfinite(source).all() and np.isfinite(target).all()):
        raise ValueError(
            f"points to align are not all finite: {source.tolist()} to "
            f"{target.tolist()}; correct the annotation or leave the face out"
        )
    source_mean, target_mean = source.mean(axis=0), target.mean(axis=0)
    source, target = source - source_mean, target - target_mean
    variance = np.square(source).sum()
    if variance == 0:
        raise ValueError(
            f"all points to align coincide at {source_mean.tolist()}; correct the "
            "annotation or leave the face out"
        )
    u, singular, vt = np.linalg.svd(target.T @ source)
    signs = np.array([1.0, np.sign(np.linalg.det(u @ vt))])
    linear = (singular * signs).sum() / variance * (u * signs) @ vt
    matrix = np.eye(3)
    matrix[:2, :2] = linear
    matrix[:2, 2] = target_mean - linear @ source_mean
    return matrix


def five_points_to_crop(points: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Similarity that aligns pupils, nose tip and mouth corners with the template.

    Args:
        points: [5,2], in the order of :data:`FIVE_POINT_TEMPLATE`.
        size: Of the crop. Template values v land on v / 512 · (size - 1), as released
            (protocol §2.4): half a pixel off the convention of boxes.

    Raises:
        ValueError: As :func:`estimate_similarity`.
    """
    template = FIVE_POINT_TEMPLATE / 512 * (np.asarray(size) - 1)
    return estimate_similarity(points, template)
