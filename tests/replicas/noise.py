from pathlib import Path

import cv2
import numpy as np

WIDTH, HEIGHT = 64, 48


def noise_points(count: int, seed: int) -> np.ndarray:
    """[count,2], zero-based, inside the pictures, with three decimals."""
    points = np.random.default_rng(seed).uniform(4, 44, (count, 2))
    return points.round(3)


def noise_image(seed: int) -> np.ndarray:
    """uint8 BGR, [HEIGHT,WIDTH,3]."""
    small = np.random.default_rng(seed).integers(0, 255, (6, 8, 3), dtype=np.uint8)
    return cv2.resize(small, (WIDTH, HEIGHT))


def write_image(path: Path, seed: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # Encoded apart, because cv2.imwrite has an opinion about suffixes.
    path.write_bytes(cv2.imencode(path.suffix, noise_image(seed))[1].tobytes())


def joined(values: np.ndarray) -> str:
    """Numbers as the sites' text files write them."""
    return " ".join(f"{value:.6f}" for value in np.ravel(values))
