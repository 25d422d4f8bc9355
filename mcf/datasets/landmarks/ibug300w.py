"""300W."""

import re
from pathlib import Path

from mcf.datasets.landmarks.annotation import FaceAnnotation
from mcf.datasets.landmarks.base import FaceLandmarkDataset
from mcf.datasets.landmarks.point_files import read_pts
from mcf.registry import DATASETS

FOLDERS = {
    "train": {"afw": (), "helen/trainset": (), "lfpw/trainset": ()},
    "test": {
        "helen/testset": ("common",),
        "lfpw/testset": ("common",),
        "ibug": ("challenge",),
    },
    "private": {"Test/01_Indoor": ("indoor",), "Test/02_Outdoor": ("outdoor",)},
}
"""Folders of a split, with the subsets their faces are in."""


@DATASETS.register_module()
class IBUG300W(FaceLandmarkDataset):
    """300W: 68 points, one ``.pts`` beside each image (protocol §3.4).

    Splits are ``train``, ``test`` (subsets common, challenge) and ``private`` (the
    600 pictures of the competition; indoor, outdoor). The 1-based coordinates become
    zero-based, by 1.0; FaRL subtracts 2.0. AFW and Helen name their faces
    ``PHOTO_k.jpg``, so that a holdout keeps those of one photo together.
    """

    NAME = "300w"
    SCHEMA = "ibug68"
    SITE = "https://ibug.doc.ic.ac.uk/resources/facial-point-annotations/"
    SPLITS = ("train", "test", "private")
    EXTRA_SPLITS = ("private",)
    PUBLISHED = {
        "train": {"full": 3148},
        "test": {"full": 689, "common": 554, "challenge": 135},
        "private": {"full": 600},
    }

    def read(self) -> list[FaceAnnotation]:
        """Faces by folder, then by file name."""
        return [
            FaceAnnotation(
                source=path.relative_to(self.root).as_posix(),
                image=self._image(path),
                points=read_pts(path) - 1,
                subsets=subsets,
            )
            for folder, subsets in FOLDERS[self.split].items()
            for path in sorted(self.required(folder).glob("[!.]*.pts"))
        ]

    def photo(self, image: str) -> str:
        """The name without the number of the face, which AFW and Helen put last."""
        if not image.startswith(("afw/", "helen/")):
            return image
        return re.sub(r"_\d+\.\w+$", "", image)

    def _image(self, path: Path) -> str:
        """Image beside the points: jpg, or png in LFPW and the private set."""
        png = path.with_suffix(".png")
        image = png if png.is_file() else path.with_suffix(".jpg")
        return image.relative_to(self.root).as_posix()
