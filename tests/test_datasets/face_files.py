"""Generated images and their files."""

import io

import numpy as np
from PIL import Image

NAMES = (
    "a.jpg",
    "a/1.jpg",
    "a/b/2.png",
    "a0.jpg",
    "b.JPG",
    "deep/er/and/deeper/x.jpg",
    "z.jpg",
    "é.jpg",
)
"""In byte order: '.' < '/' < '0', capitals before small letters, ASCII first."""


def encode(image: np.ndarray, file_format: str = "JPEG", **options) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, file_format, **options)
    return buffer.getvalue()


def smooth_image(seed: int, height: int = 24, width: int = 24) -> np.ndarray:
    """RGB image of a random colour ramp, which JPEG keeps nearly as it is."""
    corners = np.random.default_rng(seed).uniform(0, 255, (2, 2, 3))
    y = np.linspace(0, 1, height)[:, None, None]
    x = np.linspace(0, 1, width)[None, :, None]
    top = (1 - x) * corners[0, 0] + x * corners[0, 1]
    bottom = (1 - x) * corners[1, 0] + x * corners[1, 1]
    return np.round((1 - y) * top + y * bottom).astype(np.uint8)
