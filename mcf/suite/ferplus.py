"""FERPlus: FER2013 with ten annotators' votes."""

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

from mcf.datasets.landmarks.base import relative
from mcf.registry import DATASETS
from mcf.suite.base import FaceTaskDataset
from mcf.suite.record import FaceRecord
from mcf.suite.tables import whole_number
from mcf.suite.task import Task
from mcf.utils.bounded_file import read_text

FOLDERS = {"train": "FER2013Train", "val": "FER2013Valid", "test": "FER2013Test"}
EXPRESSIONS = (
    "neutral",
    "happiness",
    "surprise",
    "sadness",
    "anger",
    "disgust",
    "fear",
    "contempt",
)
VOTES = len(EXPRESSIONS) + 2
"""Of a face: those for an expression, for unknown and for no face."""


@DATASETS.register_module()
class FERPlus(FaceTaskDataset):
    """FERPlus, eight expressions by majority of the annotators.

    Folders ``FER2013Train``, ``FER2013Valid`` and ``FER2013Test`` hold images of 48
    pixels and a ``label.csv`` each, as the official script leaves them, in the root or
    in ``data``.
    """

    NAME = "ferplus"
    SITE = (
        "https://github.com/microsoft/FERPlus (votes and script) and the FER2013 "
        "challenge of Kaggle (images)"
    )
    LICENCE = "votes MIT; images from the web, research"
    PROTOCOL = "majority of the votes, others left out; accuracy on FER2013Test"
    TASKS = (Task("expression", "classes", EXPRESSIONS),)
    SPLITS = tuple(FOLDERS)

    def read(self) -> list[FaceRecord]:
        """Faces on which a majority agrees, by folder in the order of the votes."""
        base = "data/" if (self.root / "data" / FOLDERS["test"]).is_dir() else ""
        return [
            FaceRecord(source, f"{base}{folder}/{image}", split, {"expression": label})
            for split, folder in FOLDERS.items()
            for source, image, votes in _rows(
                self.required(f"{base}{folder}/label.csv"), folder
            )
            if image and (label := majority(votes)) is not None
        ]


def majority(votes: Sequence[int]) -> int | None:
    """Expression with over half of the votes, as in the official script.

    Single votes are outliers and do not count.

    Args:
        votes: For each expression, for unknown and for no face.

    Returns:
        Its number; None if no expression has the majority.
    """
    counted = [vote if vote > 1 else 0 for vote in votes]
    most = max(counted)
    label = counted.index(most)
    return label if label < len(EXPRESSIONS) and 2 * most > sum(counted) else None


def _rows(path: Path, folder: str) -> Iterator[tuple[str, str, list[int]]]:
    """Place, image and votes of each row; the second column is the face's box."""
    rows = csv.reader(io.StringIO(read_text(path), newline=""))
    for number, row in enumerate(rows, 1):
        source = f"{folder}/{path.name}:{number}"
        if len(row) != 2 + VOTES:
            raise ValueError(f"{source}: not an image, a box and {VOTES} votes")
        votes = [whole_number(word.strip(), source, most=1000) for word in row[2:]]
        yield source, relative(row[0].strip(), source), votes
