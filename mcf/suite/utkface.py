"""UTKFace."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from mcf.datasets.landmarks.base import check_choice, relative
from mcf.registry import DATASETS
from mcf.suite.base import FaceTaskDataset
from mcf.suite.record import FaceRecord, decade
from mcf.suite.tables import read_table
from mcf.suite.task import Task

GENDERS = ("male", "female")
RACES = ("White", "Black", "Asian", "Indian", "other")
NAME = re.compile(r"(\d{1,3})_([01])_([0-4])_\d+\.jpg(?:\.chip\.jpg)?")
LISTS = {"train": "utk_train.csv", "test": "utk_test.csv"}
"""Lists of CORAL, in datasets/train-test-csv of Raschka-research-group/coral-cnn."""
OWN_LIST = "utkface.csv"
"""Both lists in one file, with the columns file, coral_split and
same_as_a_test_image."""
CHIP = ".chip.jpg"


@DATASETS.register_module()
class UTKFace(FaceTaskDataset):
    """UTKFace: age, gender and race, which the names of its images tell.

    The split is the published one of CORAL: 13,147 and 3,287 crops of people of 21 to
    60 years. It is read from CORAL's two lists or from one table ``utkface.csv``, in
    the root. Names may end in ``.jpg`` or ``.jpg.chip.jpg``. Three training files have
    malformed names and are left out, so 13,144 remain.

    Args:
        data_root: Folder of the list and, by default, of the images.
        task: ``age``, ``gender`` or ``race``.
        split: ``train`` (by default) or ``test``.
        fold: 0.
        images: Folders, tar shards or folders of shards with the images.
        twins: Whether to keep training images that are byte for byte the same as a
            test image under another name; only ``utkface.csv`` says which.
        pipeline: Transforms of any library, as configs or callables.
        test_mode: Whether a sample that the pipeline refuses is an error.
        indices: Keep the first so many samples, or these.
        serialize_data: Keep the annotations in one block that workers share.
        lazy_init: Read the annotations at the first use.
        max_refetch: Samples refused in a row after which training stops.

    Raises:
        FileNotFoundError: If a list or an image is missing, with the remedy.
        ValueError: If an option is unknown or a list cannot be understood.
    """

    NAME = "utkface"
    SITE = (
        "https://susanqq.github.io/UTKFace/ (aligned and cropped) and "
        "github.com/Raschka-research-group/coral-cnn (datasets/train-test-csv)"
    )
    LICENCE = "non-commercial research; the images' owners keep their rights"
    PROTOCOL = "CORAL's split, ages 21 to 60: train 13,144, test 3,287 faces"
    TASKS = (
        Task("age", "age"),
        Task("gender", "classes", GENDERS),
        Task("race", "classes", RACES),
    )
    PUBLISHED = {"train": 13_144, "test": 3_287}

    def __init__(
        self,
        data_root: str | Path,
        *,
        task: str | None = None,
        split: str | None = None,
        fold: int = 0,
        images: str | Path | Sequence[str | Path] | None = None,
        twins: bool = True,
        pipeline: Sequence[dict | Callable] = (),
        test_mode: bool = False,
        indices: int | Sequence[int] | None = None,
        serialize_data: bool = True,
        lazy_init: bool = False,
        max_refetch: int = 100,
    ) -> None:
        check_choice("twins", twins, (True, False))
        self._twins = twins
        super().__init__(
            data_root,
            task=task,
            split=split,
            fold=fold,
            images=images,
            pipeline=pipeline,
            test_mode=test_mode,
            indices=indices,
            serialize_data=serialize_data,
            lazy_init=lazy_init,
            max_refetch=max_refetch,
        )

    def read(self) -> list[FaceRecord]:
        """Faces in the order of the lists."""
        records = []
        for source, row, split in self._rows():
            if row.get("same_as_a_test_image") and split == "train" and not self._twins:
                continue
            labels = labels_of(row["file"])
            if labels is None:  # three names of the published list are malformed
                continue
            records.append(
                FaceRecord(
                    source=source,
                    image=self._image(relative(row["file"], source)),
                    split=split,
                    labels=labels,
                    groups=groups_of(labels),
                )
            )
        return records

    def unlabelled(self) -> list[str]:
        """Names in the lists that are not ``age_gender_race_date.jpg``."""
        return [row["file"] for _, row, _ in self._rows() if not labels_of(row["file"])]

    def _rows(self) -> Iterator[tuple[str, Mapping[str, str], str]]:
        if (self.root / OWN_LIST).is_file():
            for source, row in read_table(
                self.root / OWN_LIST, ("file", "coral_split")
            ):
                if row["coral_split"]:
                    yield source, row, row["coral_split"]
            return
        for split, name in LISTS.items():
            for source, row in read_table(self.required(name), ("file",)):
                yield source, row, split

    def _image(self, name: str) -> str:
        """Name of the image as it is there, with or without ``.chip.jpg``."""
        other = name.removesuffix(CHIP) if name.endswith(CHIP) else name + CHIP
        return other if not self.has_image(name) and self.has_image(other) else name


def labels_of(name: str) -> dict[str, int] | None:
    """Age, gender and race in a file name; None if one is missing."""
    match = NAME.fullmatch(name)
    if match is None:
        return None
    return dict(zip(("age", "gender", "race"), map(int, match.groups()), strict=True))


def groups_of(labels: Mapping[str, int]) -> dict[str, str]:
    """What to report scores by."""
    return {
        "age": decade(labels["age"]),
        "gender": GENDERS[labels["gender"]],
        "race": RACES[labels["race"]],
    }
