"""Boxes of a face detector in place of annotated ones, for honest test crops."""

import json
from pathlib import Path

import numpy as np

from mcf.datasets.pose.boxes import overlaps

MIN_OVERLAP = 0.3
"""Least intersection over union at which a detection is taken for the face."""


class DetectedBoxes:
    """Detections of a data set's images, to be matched with its faces.

    Args:
        path: JSON list of ``{"image": name relative to the root, "box": [left, top,
            right, bottom], "score": number}``, any number an image.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If the file is of another form.
    """

    def __init__(self, path: str | Path) -> None:
        if not Path(path).is_file():
            raise FileNotFoundError(f"no file of detected boxes {str(path)!r}")
        self._found: dict[str, list[tuple[list[float], float]]] = {}
        try:
            for item in json.loads(Path(path).read_text()):
                found = ([float(side) for side in item["box"]], float(item["score"]))
                self._found.setdefault(item["image"], []).append(found)
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(
                f"{str(path)!r} must be a JSON list of objects with image, box "
                f"(4 numbers) and score: {error!r}"
            ) from error

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
                return boxes[best], found[best][1]
        return annotated, 0.0
