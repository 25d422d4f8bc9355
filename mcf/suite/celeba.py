"""CelebA's 40 attributes."""

from collections.abc import Iterator

import numpy as np

from mcf.datasets.attribute_sets import CELEBA_40
from mcf.datasets.landmarks.base import relative
from mcf.registry import DATASETS
from mcf.suite.base import FaceTaskDataset
from mcf.suite.record import FaceRecord
from mcf.suite.tables import read_lines, whole_number
from mcf.suite.task import Task

ATTRIBUTES = "list_attr_celeba.txt"
PARTITION = "list_eval_partition.txt"
FOLDERS = {ATTRIBUTES: "Anno", PARTITION: "Eval"}
"""Where the official download keeps its lists; right in the root will do, too."""
PARTS = ("train", "val", "test")
LABELS = {"-1": 0, "1": 1}
GENDERS = ("female", "male")
AGES = ("not young", "young")


@DATASETS.register_module()
class CelebA40(FaceTaskDataset):
    """CelebA with its 40 attributes and official partition.

    Images are the aligned ones, 178 x 218 pixels. Groups are the attributes Male and
    Young, by which CelebA's annotators meant what they saw.
    """

    NAME = "celeba"
    SITE = "https://mmlab.ie.cuhk.edu.hk/projects/CelebA.html (Anno, Eval, Img)"
    LICENCE = "non-commercial research; no redistribution of images"
    PROTOCOL = "official partition; mean of the 40 accuracies on the test part"
    IMAGES = ("img_align_celeba",)
    TASKS = (Task("attributes", "attributes", CELEBA_40),)
    SPLITS = PARTS
    PUBLISHED = {"train": 162_770, "val": 19_867, "test": 19_962}

    def read(self) -> list[FaceRecord]:
        """Faces in the order of the list of attributes."""
        parts = {}
        for source, words in self._lines(PARTITION):
            if len(words) != 2 or words[1] not in "012":
                raise ValueError(f"{source}: not an image and its part 0, 1 or 2")
            if words[0] in parts:
                raise ValueError(f"{source}: {words[0]!r} is listed twice")
            parts[words[0]] = PARTS[int(words[1])]
        rows = self._lines(ATTRIBUTES)
        self._check_heading(rows)
        return [self._record(source, words, parts) for source, words in rows]

    def _lines(self, name: str) -> Iterator[tuple[str, list[str]]]:
        there = (self.root / name).is_file()
        return read_lines(self.required(name if there else f"{FOLDERS[name]}/{name}"))

    def _check_heading(self, rows: Iterator[tuple[str, list[str]]]) -> None:
        count, names = next(rows, None), next(rows, None)
        if count is None or names is None or len(count[1]) != 1:
            raise ValueError(f"{ATTRIBUTES} begins with no number and no names")
        whole_number(count[1][0], count[0])
        if tuple(names[1]) != CELEBA_40:
            raise ValueError(f"{names[0]}: not the 40 names in the official order")

    def _record(self, source: str, words: list[str], parts: dict) -> FaceRecord:
        name, *values = words
        if len(values) != len(CELEBA_40) or not set(values) <= LABELS.keys():
            raise ValueError(f"{source}: not an image and {len(CELEBA_40)} of 1 and -1")
        if name not in parts:
            raise ValueError(f"{source}: {name!r} is not in {PARTITION}")
        labels = np.array([LABELS[value] for value in values])
        return FaceRecord(
            source=source,
            image=relative(name, source),
            split=parts[name],
            labels={"attributes": labels},
            groups={
                "gender": GENDERS[labels[CELEBA_40.index("Male")]],
                "age": AGES[labels[CELEBA_40.index("Young")]],
            },
        )
