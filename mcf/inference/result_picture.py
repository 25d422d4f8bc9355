"""Picture of a :class:`~mcf.inference.result.FaceResult`."""

from typing import TYPE_CHECKING

import numpy as np

from mcf.visualization.canvas import write
from mcf.visualization.overlays import box_overlay, landmarks_overlay, mask_overlay

LETTERS = (255, 255, 255)

if TYPE_CHECKING:
    from .result import FaceResult


def draw_faces(
    result: "FaceResult", image: np.ndarray, *, opacity: float
) -> np.ndarray:
    """Parts, boxes, points and attributes over a uint8 RGB image [H,W,3].

    Lines, dots and letters follow the size of each face; of the attributes those that
    are present stand beside it.
    """
    picture = np.ascontiguousarray(image)
    if result.parsing is not None:
        picture = picture.copy()
        colours = result.parsing.class_set.colours
        for region in result.parsing.faces:
            window = picture[region.window]
            window[:] = mask_overlay(window, region.labels, colours, opacity=opacity)
    sides = (result.boxes[:, 2:] - result.boxes[:, :2]).max(axis=1)
    for box, side in zip(result.boxes, sides.tolist()):
        picture = box_overlay(picture, box, width=max(1, round(side / 120)))
    if result.landmarks is not None:
        for points, side in zip(result.landmarks.points, sides.tolist()):
            picture = landmarks_overlay(picture, points, radius=max(0.7, side / 90))
    if result.attributes is not None:
        for face, (box, side) in enumerate(zip(result.boxes, sides.tolist())):
            picture = _with_names(picture, box, side, result.attributes.present(face))
    return picture


def _with_names(
    picture: np.ndarray, box: np.ndarray, side: float, names: list[str]
) -> np.ndarray:
    size = max(7, round(side / 22))
    height, width = picture.shape[:2]
    x = float(np.clip(box[0] + size / 3, 0, max(0, width - 8 * size)))
    y = float(np.clip(box[1] + size / 3, 0, max(0, height - size)))
    lines = "\n".join(names)
    return write(
        picture, lines, at=(x, y), anchor="la", size=size, colour=LETTERS, outline=1
    )
