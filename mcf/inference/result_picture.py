"""Picture of a :class:`~mcf.inference.result.FaceResult`."""

from typing import TYPE_CHECKING

import numpy as np

from mcf.visualization.overlays import box_overlay, landmarks_overlay, mask_overlay

if TYPE_CHECKING:
    from .result import FaceResult


def draw_faces(
    result: "FaceResult", image: np.ndarray, *, opacity: float
) -> np.ndarray:
    """Parts, then boxes, then points over a uint8 RGB image [H,W,3].

    Lines and dots follow the size of each face.
    """
    picture = np.ascontiguousarray(image)
    if result.parsing is not None:
        picture = picture.copy()
        palette = result.parsing.class_set.palette
        for region in result.parsing.faces:
            window = picture[region.window]
            window[:] = mask_overlay(window, region.labels, palette, opacity=opacity)
    sides = (result.boxes[:, 2:] - result.boxes[:, :2]).max(axis=1)
    for box, side in zip(result.boxes, sides.tolist()):
        picture = box_overlay(picture, box, width=max(1, round(side / 120)))
    if result.landmarks is not None:
        for points, side in zip(result.landmarks.points, sides.tolist()):
            picture = landmarks_overlay(picture, points, radius=max(0.7, side / 90))
    return picture
