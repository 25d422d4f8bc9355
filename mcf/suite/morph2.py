"""MORPH II with random lists."""

import re

from mcf.datasets.landmarks.base import relative
from mcf.registry import DATASETS
from mcf.suite.base import FaceTaskDataset
from mcf.suite.record import FaceRecord, decade
from mcf.suite.tables import read_lines, whole_number
from mcf.suite.task import OLDEST, Task

LISTS = "label/RANDOM_80_20"
NAME = re.compile(r"(\d+)_\d+([MF])\d+\.jpe?g", re.IGNORECASE)
GENDERS = {"M": "male", "F": "female"}


@DATASETS.register_module()
class MORPH2(FaceTaskDataset):
    """MORPH II, the random split of 80 and 20 percent that Faceptor uses.

    One person is in both parts, which makes errors about a third smaller than on
    splits by person (:class:`~mcf.suite.paplham.MORPHPaplham`): never compare
    the two. Lists are ``label/RANDOM_80_20/train.txt`` and ``test.txt`` with an image
    and its age a line, images are in ``data``. Names in MORPH's manner
    (``009055_1M54.JPG``) tell gender and person.
    """

    NAME = "morph2"
    SITE = (
        "https://uncw.edu/myuncw/research/intellectual-property/licensing (MORPH) and "
        "github.com/lxq1000/Faceptor (lists)"
    )
    LICENCE = "licence by application; research only, no redistribution"
    PROTOCOL = "random 80 % / 20 % (RANDOM_80_20), persons shared; MAE in years"
    IMAGES = ("data",)
    TASKS = (Task("age", "age"),)

    def read(self) -> list[FaceRecord]:
        """Faces in the order of the lists."""
        return [
            _record(source, words, split)
            for split in self.SPLITS
            for source, words in read_lines(self.required(f"{LISTS}/{split}.txt"))
        ]


def _record(source: str, words: list[str], split: str) -> FaceRecord:
    if len(words) < 2:
        raise ValueError(f"{source}: not an image and its age")
    image, age = relative(words[0], source), whole_number(words[1], source, most=OLDEST)
    groups, subject = {"age": decade(age)}, ""
    if match := NAME.fullmatch(image.rpartition("/")[2]):
        subject = match[1]
        groups["gender"] = GENDERS[match[2].upper()]
    return FaceRecord(source, image, split, {"age": age}, groups, subject)
