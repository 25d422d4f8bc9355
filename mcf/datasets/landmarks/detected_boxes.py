"""Boxes of a face detector in place of annotated ones, for honest test crops."""

from collections.abc import Set
from pathlib import Path

import numpy as np

from mcf.crops.boxes import overlaps
from mcf.crops.training_box import BoxKind, training_box
from mcf.utils.bounded_file import read_json

MIN_OVERLAP = 0.3
"""Least intersection over union at which a detection is taken for the face."""


class DetectedBoxes:
    """Detections of a data set's images, to be matched with its faces.

    Each becomes a box like those of the data set first, as in inference, see
    :func:`~mcf.crops.training_box.training_box`.

    Args:
        path: JSON list of ``{"image": name relative to the root, "box": [left, top,
            right, bottom], "score": number}``, any number an image. Boxes are the
            detector's own, from forehead to chin.
        kind: Which boxes the data set has.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If the file is of another form, or a box is none.
    """

    def __init__(self, path: str | Path, kind: BoxKind) -> None:
        if not Path(path).is_file():
            raise FileNotFoundError(f"no file of detected boxes {str(path)!r}")
        try:
            entries = [
                (
                    str(item["image"]),
                    list(map(float, item["box"])),
                    float(item["score"]),
                )
                for item in read_json(path)
            ]
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise ValueError(
                f"{str(path)!r} must be a JSON list of objects with image, box "
                f"(4 numbers) and score: {error!r}"
            ) from error
        self._found: dict[str, list[tuple[np.ndarray, float]]] = {}
        for image, sides, score in entries:
            box = np.array(sides)
            finite = box.shape == (4,) and np.isfinite(box).all()
            if not (finite and (box[2:] > box[:2]).all()):
                raise ValueError(
                    f"{str(path)!r}, image {image!r}: box {sides} must be 4 finite "
                    "numbers x1, y1, x2, y2 with x1 < x2 and y1 < y2"
                )
            detection = training_box(box, kind), score
            self._found.setdefault(image, []).append(detection)

    @property
    def images(self) -> Set[str]:
        """Names of the images that have a detection."""
        return self._found.keys()

    def match(self, image: str, annotated: np.ndarray) -> tuple[np.ndarray, float]:
        """The detection that overlaps an annotated box [4] most, and its score.

        A face that was not found keeps the annotated box, with score 0.
        """
        found = self._found.get(image, [])
        if found:
            boxes = np.array([box for box, _ in found])
            overlap = overlaps(annotated, boxes)
            best = int(overlap.argmax())
            if overlap[best] >= MIN_OVERLAP:
                return found[best]
        return annotated, 0.0
