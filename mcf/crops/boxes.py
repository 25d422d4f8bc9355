"""Face boxes: left, top, right, bottom in the coordinates of the points.

Pixel centres have whole numbers, so a whole picture is [-0.5, -0.5, W-0.5, H-0.5].
"""

import numpy as np


def landmark_square(points: np.ndarray) -> np.ndarray:
    """Square around the landmarks: the official box of 300W, WFLW and COFW.

    The rule of HRNet's lists (protocol §3.4): centred between the rounded-out
    extremes of the points, as wide as the larger extent.

    Args:
        points: [K,2], all of them labelled; whole-number shifts (1-based or not)
            shift the square alike.

    Returns:
        [4].
    """
    low, high = np.floor(points.min(axis=0)), np.ceil(points.max(axis=0))
    return centred_square((low + high) / 2, float((high - low).max()))


def pixel_box(left: float, top: float, width: float, height: float) -> np.ndarray:
    """Box [4] of the first column and row and the number of columns and rows.

    Files of COCO, dlib and COFW have boxes in this form. It holds whole pixels, hence
    its edges lie half a pixel outside the centres of the first and the last.
    """
    return np.array([left, top, left + width, top + height]) - 0.5


def centred_square(centre: np.ndarray, side: float) -> np.ndarray:
    """Square [4] of a centre [2] and a side; HRNet's ``scale`` is its side / 200."""
    return np.concatenate([np.subtract(centre, side / 2), np.add(centre, side / 2)])


def intersections(boxes: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Area that boxes [N,4] and others [M,4] share, as [N,M]."""
    low = np.maximum(boxes[:, None, :2], others[:, :2])
    high = np.minimum(boxes[:, None, 2:], others[:, 2:])
    return np.clip(high - low, 0, None).prod(axis=-1)


def overlaps(box: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Intersection over union of a box [4] with others [N,4], as [N]."""
    common = intersections(box[None], others)[0]
    area = (box[2:] - box[:2]).prod()
    return common / (area + (others[:, 2:] - others[:, :2]).prod(axis=1) - common)
