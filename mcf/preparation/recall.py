"""Which annotated faces a preparation found."""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mcf.preparation.manifest import read_batches

if TYPE_CHECKING:
    from mcf.datasets.landmarks.annotation import FaceAnnotation

MIN_OVERLAP = 0.4
COLUMNS = ("image", "box", "status", "reason", "detail")


def find_annotated(
    manifest: Path, faces: "Sequence[FaceAnnotation]"
) -> "list[tuple[FaceAnnotation, str]]":
    """What became of each annotated face.

    It is found if a box of its image overlaps the extent of its landmarks by an
    intersection over union of more than 0.4 (a box goes from brows to chin, too).

    Args:
        manifest: Of a prepared store.
        faces: With images named as in the source.

    Returns:
        Each face with ``accepted``, the reason of its rejection, or ``missed``.
    """
    boxes = defaultdict(list)
    for table in read_batches(manifest, COLUMNS):
        for row in table.to_pylist():
            if row["box"]:
                boxes[row["image"]].append(row)
    return [(face, _fate(face, boxes[face.image])) for face in faces]


def extent(face: "FaceAnnotation") -> float:
    """Shorter side of the rectangle around the landmarks, in pixels; 0 without any."""
    if not face.known.any():
        return 0.0
    return float(np.ptp(face.points[face.known], axis=0).min())


def _fate(face: "FaceAnnotation", rows: list[dict]) -> str:
    overlap, row = max(
        (
            (_overlap(np.array(row["box"]), face.points[face.known]), row)
            for row in rows
        ),
        key=lambda pair: pair[0],
        default=(0, None),
    )
    if overlap <= MIN_OVERLAP:
        return "missed"
    if row["reason"]:
        return f"{row['reason']}: {row['detail']}"
    return row["status"]


def _overlap(box: np.ndarray, points: np.ndarray) -> float:
    """Intersection over union of a box and the extent of points."""
    low, high = points.min(axis=0), points.max(axis=0)
    common = np.maximum(np.minimum(high, box[2:]) - np.maximum(low, box[:2]), 0).prod()
    return common / ((high - low).prod() + (box[2:] - box[:2]).prod() - common)
