"""One face with the labels of a global task, as all data sets' files are read into."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True, eq=False)
class FaceRecord:
    """Labels of one face.

    Attributes:
        source: Where they are written (file and line, or the file), for messages.
        image: Name of the image, relative to the folder or tar shards of images.
        split: Part of the data set that it is in.
        labels: By name of task; see :class:`~mcf.suite.task.Task`.
        groups: What to report scores by: ``gender``, ``race``, ``age``, where known.
        subject: Who it is; empty where nobody says.
        box: Face box [4] (see :mod:`mcf.crops.boxes`), if any.
        points: Landmarks [K,2], zero-based pixel centres, if any.
    """

    source: str
    image: str
    split: str
    labels: Mapping[str, object]
    groups: Mapping[str, str] = field(default_factory=dict)
    subject: str = ""
    box: np.ndarray | None = None
    points: np.ndarray | None = None


def decade(age: float) -> str:
    """Group of an age, such as ``20-29``."""
    start = int(age) // 10 * 10
    return f"{start}-{start + 9}"
