"""Images kept as plain pixels: nothing to decode."""

import re

import cv2
import numpy as np

_HEADER = re.compile(rb"P6\n(\d{1,9}) (\d{1,9})\n255\n")


def encode_pixels(image: np.ndarray) -> bytes:
    """Binary PPM, which any program opens.

    Args:
        image: uint8 BGR, [H, W, 3].
    """
    height, width = image.shape[:2]
    rgb = cv2.cvtColor(image, cv2.COLOR_BGR2RGB)
    return b"P6\n%d %d\n255\n" % (width, height) + rgb.tobytes()


def view_pixels(data: bytes) -> np.ndarray | None:
    """The pixels in the output of :func:`encode_pixels`, without a copy.

    Args:
        data: Any file's bytes.

    Returns:
        uint8 RGB, [H, W, 3], read-only; None for anything else, also other PPMs.
    """
    header = _HEADER.match(data)
    if header is None:
        return None
    width, height = map(int, header.groups())
    if len(data) != header.end() + 3 * width * height:
        return None
    pixels = np.frombuffer(data, np.uint8, offset=header.end())
    return pixels.reshape(height, width, 3)
