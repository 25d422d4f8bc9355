"""AffectNet with seven expressions."""

from collections.abc import Mapping

import numpy as np

from mcf.datasets.landmarks.base import relative
from mcf.registry import DATASETS
from mcf.suite.base import FaceTaskDataset
from mcf.suite.record import FaceRecord
from mcf.suite.tables import read_table, whole_number
from mcf.suite.task import Task

LISTS = {"train": "training.csv", "test": "validation.csv"}
FOLDER = "Manually_Annotated_file_lists"
EXPRESSIONS = ("neutral", "happy", "sad", "surprise", "fear", "disgust", "anger")
"""The first seven of the official numbers; contempt, none, uncertain and no face follow
and are left out."""
KINDS = 11
BOX = ("face_x", "face_y", "face_width", "face_height")
COLUMNS = ("subDirectory_filePath", "expression", *BOX)


@DATASETS.register_module()
class AffectNet7(FaceTaskDataset):
    """AffectNet's manually annotated part, seven expressions.

    Lists are ``training.csv`` and ``validation.csv`` in the root or in
    ``Manually_Annotated_file_lists``; images are in ``Manually_Annotated_Images``. The
    published test set is the validation part, 500 faces a class. The face's box is
    ``bbox``.
    """

    NAME = "affectnet7"
    SITE = "http://mohammadmahoor.com/databases/affectnet/ (on request)"
    LICENCE = "on request; non-commercial research, no redistribution"
    PROTOCOL = "training and validation lists, labels below 7; accuracy"
    IMAGES = ("Manually_Annotated_Images",)
    TASKS = (Task("expression", "classes", EXPRESSIONS),)
    PUBLISHED = {"train": 282_829, "test": 3_500}

    def read(self) -> list[FaceRecord]:
        """Faces with one of the seven expressions, in the order of the lists."""
        faces = []
        for split, name in LISTS.items():
            there = (self.root / name).is_file()
            path = self.required(name if there else f"{FOLDER}/{name}")
            for source, row in read_table(path, COLUMNS):
                kind = whole_number(row["expression"], source, most=KINDS - 1)
                if kind < len(EXPRESSIONS):
                    faces.append(
                        FaceRecord(
                            source=source,
                            image=relative(row["subDirectory_filePath"], source),
                            split=split,
                            labels={"expression": kind},
                            box=_box(row, source),
                        )
                    )
        return faces


def _box(row: Mapping[str, str], source: str) -> np.ndarray:
    """The face's box; it holds whole pixels, the last included."""
    x, y, width, height = (whole_number(row[name], source) for name in BOX)
    return np.array([x, y, x + width, y + height]) - 0.5
