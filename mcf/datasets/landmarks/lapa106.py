"""LaPa."""

from mcf.datasets.landmarks.annotation import FaceAnnotation
from mcf.datasets.landmarks.base import FaceLandmarkDataset
from mcf.datasets.parsing.lapa_files import read_landmarks
from mcf.registry import DATASETS


@DATASETS.register_module()
class LaPa106(FaceLandmarkDataset):
    """LaPa: 106 points, one text file a face (protocol §3.1).

    It has a validation split of its own. Images are crops ``PHOTO_k.jpg``, so that a
    holdout keeps those of one photo together. Coordinates are taken as stored.
    """

    NAME = "lapa"
    SCHEMA = "lapa106"
    SITE = "https://github.com/JDAI-CV/lapa-dataset"
    SPLITS = ("train", "val", "test")
    PUBLISHED = {
        "train": {"full": range(18_161, 18_201)},
        "val": {"full": 2000},
        "test": {"full": 2000},
    }

    def read(self) -> list[FaceAnnotation]:
        """Faces sorted by name."""
        return [
            FaceAnnotation(
                source=path.relative_to(self.root).as_posix(),
                image=f"{self.split}/images/{path.stem}.jpg",
                points=read_landmarks(path),
            )
            for path in sorted(
                self.required(f"{self.split}/landmarks").glob("[!.]*.txt")
            )
        ]

    def photo(self, image: str) -> str:
        """The name without the number of the crop."""
        return image.removesuffix(".jpg").rpartition("_")[0] or image
