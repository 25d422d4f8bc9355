"""COCO-style annotations of faces."""

from pathlib import Path

import numpy as np

from mcf.crops.boxes import centred_square
from mcf.datasets.landmarks.annotation import FaceAnnotation
from mcf.utils.bounded_file import read_json

PIXELS_PER_SCALE = 200.0
"""Unit of ``scale`` in HRNet's lists and mmpose's files (protocol §3.3)."""


def read_coco_json(path: Path) -> list[FaceAnnotation]:
    """Faces of a COCO-style file: ``images``, and ``annotations`` with ``keypoints``.

    The box is ``center`` and ``scale`` where mmpose's files have them, else ``bbox``
    (left, top, width, height), else none. Points with visibility 0 are unlabelled.

    Raises:
        ValueError: If the file has another form, naming the annotation.
    """
    try:
        content = read_json(path)
        names = {image["id"]: image["file_name"] for image in content["images"]}
        annotations = list(content["annotations"])
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path} is no COCO-style file: {error!r}") from error
    return [
        _face(f"{path.name} annotation {number}", annotation, names)
        for number, annotation in enumerate(annotations)
    ]


def _face(source: str, annotation: dict, names: dict[int, str]) -> FaceAnnotation:
    try:
        image = names[annotation["image_id"]]
        if not isinstance(image, str):
            raise TypeError(f"file_name {image!r} is no text")
        points = np.array(annotation.get("keypoints", []), dtype=float).reshape(-1, 3)
        return FaceAnnotation(
            source=f"{source} (id {annotation['id']})",
            image=image,
            points=points[:, :2],
            box=_box(annotation),
            visible=points[:, 2] > 0,
        )
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError) as error:
        raise ValueError(f"{source} cannot be read: {error!r}") from error


def _box(annotation: dict) -> np.ndarray | None:
    if "center" in annotation and "scale" in annotation:
        side = annotation["scale"] * PIXELS_PER_SCALE
        centre = np.array(annotation["center"], dtype=float).reshape(2)
        return centred_square(centre, float(side))
    if "bbox" in annotation:
        left, top, width, height = map(float, annotation["bbox"])
        return np.array([left, top, left + width, top + height])
    return None
