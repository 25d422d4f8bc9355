"""RAF-DB's basic expressions."""

from mcf.datasets.landmarks.base import relative
from mcf.registry import DATASETS
from mcf.suite.base import FaceTaskDataset
from mcf.suite.record import FaceRecord
from mcf.suite.tables import read_lines, whole_number
from mcf.suite.task import Task

LIST = "EmoLabel/list_patition_label.txt"
EXPRESSIONS = (
    "surprise",
    "fear",
    "disgust",
    "happiness",
    "sadness",
    "anger",
    "neutral",
)
"""In the order of the official numbers 1 to 7."""


@DATASETS.register_module()
class RAFDB(FaceTaskDataset):
    """RAF-DB, basic part: seven expressions on aligned images of 100 pixels.

    The list spells ``patition`` in the official download, too. Images are
    ``Image/aligned/train_00001_aligned.jpg``.
    """

    NAME = "rafdb"
    SITE = "http://www.whdeng.cn/RAF/model1.html (on request: basic.zip)"
    LICENCE = "on request; non-commercial research, no redistribution"
    PROTOCOL = "official parts; accuracy, and mean of the class accuracies"
    IMAGES = ("Image/aligned",)
    TASKS = (Task("expression", "classes", EXPRESSIONS),)
    PUBLISHED = {"train": 12_271, "test": 3_068}

    def read(self) -> list[FaceRecord]:
        """Faces in the order of the list."""
        faces = []
        for source, words in read_lines(self.required(LIST)):
            split = words[0].partition("_")[0]
            if len(words) != 2 or split not in self.SPLITS:
                raise ValueError(f"{source}: not train_ or test_ and an expression")
            stem, _, suffix = relative(words[0], source).rpartition(".")
            faces.append(
                FaceRecord(
                    source=source,
                    image=f"{stem}_aligned.{suffix}",
                    split=split,
                    labels={"expression": whole_number(words[1], source) - 1},
                )
            )
        return faces
