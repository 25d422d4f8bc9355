"""FairFace."""

from mcf.datasets.landmarks.base import relative
from mcf.registry import DATASETS
from mcf.suite.base import FaceTaskDataset
from mcf.suite.record import FaceRecord
from mcf.suite.tables import read_table
from mcf.suite.task import Task

LISTS = {"train": "fairface_label_train.csv", "test": "fairface_label_val.csv"}
CLASSES = {
    "race": (
        "White",
        "Black",
        "Latino_Hispanic",
        "East Asian",
        "Southeast Asian",
        "Indian",
        "Middle Eastern",
    ),
    "gender": ("Male", "Female"),
    "age": (
        *("0-2", "3-9", "10-19", "20-29", "30-39", "40-49", "50-59", "60-69"),
        "more than 70",
    ),
}


@DATASETS.register_module()
class FairFace(FaceTaskDataset):
    """FairFace: race, gender and age group of faces balanced by race.

    The official validation part is what papers test on; it is ``test`` here. Images are
    ``train/1.jpg`` and ``val/1.jpg`` as in the lists.
    """

    NAME = "fairface"
    SITE = "https://github.com/joojs/fairface (images with margin 0.25, labels)"
    LICENCE = "CC BY 4.0 (labels and crops of YFCC-100M photos)"
    PROTOCOL = "official train and validation lists; accuracy, and by race and gender"
    TASKS = tuple(Task(name, "classes", classes) for name, classes in CLASSES.items())
    PUBLISHED = {"train": 86_744, "test": 10_954}

    def read(self) -> list[FaceRecord]:
        """Faces in the order of the lists."""
        return [
            FaceRecord(
                source=source,
                image=relative(row["file"], source),
                split=split,
                labels={name: _label(name, row[name], source) for name in CLASSES},
                groups={name: row[name] for name in CLASSES},
            )
            for split, path in LISTS.items()
            for source, row in read_table(self.required(path), ("file", *CLASSES))
        ]


def _label(task: str, name: str, source: str) -> int:
    if name not in CLASSES[task]:
        raise ValueError(f"{source}: {task} {name[:80]!r} is unknown")
    return CLASSES[task].index(name)
