"""LFWA's 40 attributes."""

import numpy as np

from mcf.datasets.attribute_sets import CELEBA_40
from mcf.datasets.hdf5_file import open_hdf5, read_numbers
from mcf.datasets.landmarks.base import relative
from mcf.registry import DATASETS
from mcf.suite.base import FaceTaskDataset
from mcf.suite.celeba import AGES, GENDERS
from mcf.suite.record import FaceRecord
from mcf.suite.task import Task

LABELS, PARTS = "lfw_att_40.mat", "indices_train_test.mat"
INDICES = {"train": "indices_img_train", "test": "indices_img_test"}
MOST = 100_000
"""Images, and characters of a name."""


@DATASETS.register_module()
class LFWA40(FaceTaskDataset):
    """LFW with the 40 attributes of CelebA, 6,263 images to train and 6,880 to test.

    The files are HDF5 (``lfw_att_40.mat``, ``indices_train_test.mat``) and need the
    package h5py. Images are ``lfw/NAME/NAME_0001.jpg``.
    """

    NAME = "lfwa"
    SITE = "https://mmlab.ie.cuhk.edu.hk/projects/CelebA.html (LFWA)"
    LICENCE = "non-commercial research; photos from the news"
    PROTOCOL = "official indices; mean of the 40 accuracies on the test part"
    IMAGES = ("lfw",)
    TASKS = (Task("attributes", "attributes", CELEBA_40),)
    PUBLISHED = {"train": 6_263, "test": 6_880}

    def read(self) -> list[FaceRecord]:
        """Faces in the order of the indices."""
        names, labels = self._labels()
        with open_hdf5(self.required(PARTS)) as file:
            parts = {
                split: read_numbers(file[key], (None, None), MOST).ravel().astype(int)
                for split, key in INDICES.items()
            }
        faces = []
        for split, indices in parts.items():
            outside = indices[(indices < 1) | (indices > len(names))]
            if len(outside):
                raise ValueError(f"{PARTS}: no image {outside[0]} of {len(names)}")
            faces += [
                self._record(index - 1, split, names, labels) for index in indices
            ]
        return faces

    def _labels(self) -> tuple[list[str], np.ndarray]:
        """Names [N] and labels [N,40]."""
        with open_hdf5(self.required(LABELS)) as file:
            labels = read_numbers(file["label"], (len(CELEBA_40), None), MOST).T
            cells = file["name"]
            if cells.size != len(labels):
                raise ValueError(f"{cells.size} names for {len(labels)} rows")
            names = []
            for reference in cells[()].ravel():
                text = file[reference]
                if text.size > MOST:
                    raise ValueError(f"a name has {text.size} characters")
                names.append("".join(map(chr, text[()].ravel())))
        return names, labels

    def _record(
        self, row: int, split: str, names: list[str], labels: np.ndarray
    ) -> FaceRecord:
        source = f"{LABELS} row {row + 1}"
        image = relative(names[row].replace("\\", "/"), source)
        values = labels[row].astype(int)
        if not np.isin(values, (-1, 0, 1)).all():
            raise ValueError(f"{source}: labels other than 0 and 1")
        values = (values == 1).astype(int)
        return FaceRecord(
            source=source,
            image=image,
            split=split,
            labels={"attributes": values},
            groups={
                "gender": GENDERS[values[CELEBA_40.index("Male")]],
                "age": AGES[values[CELEBA_40.index("Young")]],
            },
            subject=image.partition("/")[0],
        )
