"""Data sets of ages with the folders of Paplham's benchmark."""

from collections.abc import Iterator

from mcf.datasets.landmarks.base import relative
from mcf.registry import DATASETS
from mcf.suite.base import FaceTaskDataset
from mcf.suite.record import FaceRecord, decade
from mcf.suite.task import OLDEST, Task
from mcf.utils.bounded_file import read_json
from mcf.utils.declared import shown

VAL_AND_TEST = (
    ((6, 7), (8, 9)),
    ((8, 9), (0, 1)),
    ((0, 1), (2, 3)),
    ((1, 2), (3, 4)),
    ((2, 3), (4, 5)),
)
"""Folders of the validation and of the test part in each of the five splits; all
others are for training."""
GENDERS = {"M": "male", "F": "female"}


class PaplhamAges(FaceTaskDataset):
    """Ages of a ``database.json`` of Paplham's facial age estimation benchmark.

    The file gives each image a folder of ten; five splits take six of them to train,
    two to validate and two to test. ``fold`` is the number of the split. The score is
    the mean of the five.
    """

    DATABASES: tuple[str, ...] = ()
    """Names of the file, the first that is there."""
    LICENCE = "that of the images; the lists have none stated"
    PROTOCOL = "Paplham's five splits, 60 / 20 / 20 percent; mean MAE of the five"
    TASKS = (Task("age", "age"),)
    SPLITS = ("train", "val", "test")
    FOLDS = len(VAL_AND_TEST)

    def read(self) -> list[FaceRecord]:
        """Faces in the order of the file."""
        there = [n for n in self.DATABASES if (self.root / n).is_file()]
        name = there[0] if there else self.DATABASES[0]
        return list(self._records(name, read_json(self.required(name))))

    def _records(self, name: str, content: object) -> Iterator[FaceRecord]:
        if not isinstance(content, list):
            raise ValueError(f"{name} is no list of images")
        val, test = VAL_AND_TEST[self.fold]
        for number, entry in enumerate(content):
            source = f"{name}[{number}]"
            image, age, folder, gender, person = _checked(entry, source)
            groups = {"age": decade(age)}
            if gender:
                groups["gender"] = gender
            part = "val" if folder in val else "test" if folder in test else "train"
            yield FaceRecord(source, image, part, {"age": age}, groups, person)


def _checked(entry: object, source: str) -> tuple[str, int, int, str, str]:
    """Image, age, folder, gender and person of an entry; what is unknown is empty."""
    if not isinstance(entry, dict):
        raise ValueError(f"{source} is {shown(entry)}, no entry of an image")
    for key, kind in (("img_path", str), ("age", int), ("folder", int)):
        if type(entry.get(key)) is not kind:
            raise ValueError(f"{source}: {key} is {shown(entry.get(key))}")
    if not 0 <= entry["folder"] < 10 or not 0 <= entry["age"] <= OLDEST:
        raise ValueError(
            f"{source}: folder {entry['folder']} or age {entry['age']} is out of range"
        )
    gender, person = entry.get("gender"), entry.get("name", entry.get("id_num", ""))
    return (
        relative(entry["img_path"], source),
        entry["age"],
        entry["folder"],
        GENDERS.get(gender, "") if isinstance(gender, str) else "",
        str(person) if isinstance(person, str | int) else "",
    )


@DATASETS.register_module()
class AgeDB(PaplhamAges):
    """AgeDB's ages in Paplham's five splits by person."""

    NAME = "agedb"
    SITE = (
        "https://ibug.doc.ic.ac.uk/resources/agedb/ (images, on request) and "
        "github.com/paplhjak/Facial-Age-Estimation-Benchmark-Databases (AgeDB.json)"
    )
    DATABASES = ("AgeDB.json", "AgeDB_aligned.json")


@DATASETS.register_module()
class UTKFacePaplham(PaplhamAges):
    """UTKFace's ages of all years in Paplham's five splits."""

    NAME = "utkface_paplham"
    SITE = (
        "https://susanqq.github.io/UTKFace/ and github.com/paplhjak/Facial-Age-"
        "Estimation-Benchmark (UTKFace.json, made by its scripts)"
    )
    DATABASES = ("UTKFace_aligned.json", "UTKFace.json")


@DATASETS.register_module()
class MORPHPaplham(PaplhamAges):
    """MORPH's ages in Paplham's five splits by person."""

    NAME = "morph_paplham"
    SITE = (
        "https://uncw.edu/myuncw/research/intellectual-property/licensing (MORPH) and "
        "github.com/paplhjak/Facial-Age-Estimation-Benchmark (MORPH.json, made by its "
        "scripts)"
    )
    DATABASES = ("MORPH_aligned.json", "MORPH.json")
