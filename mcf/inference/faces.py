"""Where the faces of a photo are: detected, given, or the whole photo."""

from dataclasses import dataclass

import numpy as np

from mcf.crops.face import Face
from mcf.crops.orientation import Frame, upright_face
from mcf.crops.rule import Origin
from mcf.detection import (
    AlreadyCropped,
    BoxesFromFile,
    Detector,
    Finder,
    RetinaFace,
)
from mcf.detection.source_image import SourceImage

from .photos import Photo

LARGEST = 16
"""Times the photo's longer side that a box may be wide or high."""


@dataclass(frozen=True)
class FoundFaces:
    """Faces of a photo.

    Attributes:
        faces: Best first, or as given.
        origin: Where they come from.
    """

    faces: list[Face]
    origin: Origin


class FaceFinder:
    """What finds the faces of photos; safe to share between threads.

    Args:
        detector: A name (``retinaface``), settings with ``open()``, see
            :class:`mcf.detection.Detector`, or None: each photo is a face.

    Raises:
        ImportError: If the detector's package is missing, with the remedy.
        ValueError: If there is no detector of this name.
    """

    def __init__(self, detector: str | Detector | None) -> None:
        if detector is None:
            detector = AlreadyCropped()
        elif isinstance(detector, str):
            if detector != "retinaface":
                raise ValueError(
                    f"no detector {detector!r}: name 'retinaface', give settings of "
                    "mcf.detection, or None for images that are faces"
                )
            detector = RetinaFace()
        if isinstance(detector, BoxesFromFile):
            raise ValueError(
                "boxes from a file belong to the names of a source, not to photos: "
                "give them as boxes="
            )
        self._origin: Origin = (
            "whole" if isinstance(detector, AlreadyCropped) else "detected"
        )
        self._find: Finder = detector.open()

    @property
    def detects(self) -> bool:
        """Whether faces are looked for, and no photo is taken for one."""
        return self._origin == "detected"

    def find(self, photo: Photo) -> FoundFaces:
        """Faces of at least one pixel in a photo."""
        faces = self._find(photo.image, SourceImage(photo.name))
        faces = [face for face in faces if (face.box[2:] - face.box[:2] >= 1).all()]
        return FoundFaces(faces, self._origin)


def given_faces(
    photo: Photo,
    boxes: np.ndarray,
    points: np.ndarray | None = None,
    *,
    frame: Frame = "upright",
) -> FoundFaces:
    """Faces that the user has found.

    Args:
        photo: Where they are.
        boxes: [F,4], or [4] for one face; x1, y1, x2, y2 in pixels.
        points: [F,5,2] or [5,2], see :class:`~mcf.crops.face.Face`.
        frame: What they count in.

    Raises:
        ValueError: If a number is not finite, a box is empty, huge or outside of the
            photo, or shapes do not fit.
    """
    boxes = _numbers(photo, boxes, (4,), "boxes")
    fives = [None] * len(boxes)
    if points is not None:
        fives = _numbers(photo, points, (5, 2), "points")
    if len(fives) != len(boxes):
        raise ValueError(f"{photo.name}: {len(boxes)} boxes, points of {len(fives)}")
    faces = [Face(box, 1.0, five) for box, five in zip(boxes, fives)]
    if frame == "stored":
        size = photo.image.shape[1::-1]
        faces = [upright_face(face, photo.orientation, size) for face in faces]
    for face in faces:
        _check_box(photo, face.box)
    return FoundFaces(faces, "given")


def _numbers(photo: Photo, values: object, shape: tuple, what: str) -> np.ndarray:
    """Float array [F,*shape] of what the user gave."""
    try:
        array = np.asarray(values, dtype=float)
        if array.shape == shape:
            array = array[None]
        array = array.reshape(-1, *shape) if array.size == 0 else array
    except (TypeError, ValueError) as error:
        raise ValueError(f"{photo.name}: {what} are no numbers: {error}") from error
    if array.shape[1:] != shape or not np.isfinite(array).all():
        raise ValueError(
            f"{photo.name}: {what} must be finite numbers [F,"
            f"{','.join(map(str, shape))}], not {_short(array)}"
        )
    return array


def _check_box(photo: Photo, box: np.ndarray) -> None:
    height, width = photo.image.shape[:2]
    sides = box[2:] - box[:2]
    inside = (box[:2] < (width - 0.5, height - 0.5)).all() and (box[2:] > -0.5).all()
    if not inside or sides.min() < 1 or sides.max() > LARGEST * max(width, height):
        raise ValueError(
            f"{photo.name}: box {box.tolist()} must be x1, y1, x2, y2 with sides of 1 "
            f"pixel to {LARGEST} times the {width} x {height} photo, and touch it"
        )


def _short(array: np.ndarray) -> str:
    text = np.array2string(array, threshold=8, separator=", ").replace("\n", "")
    return f"{text} of shape {list(array.shape)}"
