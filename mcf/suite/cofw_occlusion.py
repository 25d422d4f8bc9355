"""COFW's hidden landmarks."""

from mcf.datasets.landmarks.cofw29 import COFW29
from mcf.datasets.schemas import get_schema
from mcf.registry import DATASETS
from mcf.suite.base import FaceTaskDataset
from mcf.suite.record import FaceRecord
from mcf.suite.task import Task

POINTS = tuple(f"point_{number}" for number in range(get_schema("cofw29").count))


@DATASETS.register_module()
class COFWOcclusion(FaceTaskDataset):
    """COFW: which of the 29 landmarks are hidden (1) and which are seen (0).

    The published score is :func:`~mcf.evaluation.functional.recall_at_precision` of
    all points together, at 80 %. Samples carry ``points`` and ``bbox`` of the set.
    """

    NAME = "cofw_occlusion"
    SITE = COFW29.SITE
    LICENCE = "research; no licence stated"
    PROTOCOL = "recall of hidden points at a precision of 80 %, all points together"
    IMAGES = ()
    TASKS = (Task("occlusion", "attributes", POINTS),)
    PUBLISHED = {split: counts["full"] for split, counts in COFW29.PUBLISHED.items()}

    def read(self) -> list[FaceRecord]:
        """Faces in the order of the two files."""
        return [
            FaceRecord(
                source=face.source,
                image=face.image,
                split=split,
                labels={"occlusion": ~face.visible},
                box=face.box,
                points=face.points,
            )
            for split in self.SPLITS
            for face in self._faces(split).read()
        ]

    def image_fields(self, name: str) -> dict:
        """Pixels out of the file."""
        return self._faces(
            "test" if name.startswith("COFW_test") else "train"
        ).image_fields(name)

    def has_image(self, name: str) -> bool:
        """Whether the file is there; it holds its images."""
        return (self.root / name.partition("#")[0]).is_file()

    def _faces(self, split: str) -> COFW29:
        return COFW29(self.root, split=split, lazy_init=True)
