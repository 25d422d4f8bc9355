"""What the data sets of global tasks share."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from pathlib import Path

import numpy as np
from mmengine.dataset import BaseDataset

from mcf.datasets.landmarks.base import check_choice
from mcf.suite.image_places import ImagePlaces
from mcf.suite.record import FaceRecord
from mcf.suite.task import Task


class SuiteDataset(BaseDataset):
    """Faces of one download, found by name, and the facts that go with it.

    Args:
        data_root: Folder of the official download.
        metainfo: Of the task.
        images: Where the images are: folders, tar shards or folders of shards; those
            of the official download (``IMAGES``) by default.
        pipeline: Transforms of any library, as configs or callables.
        test_mode: Whether a sample that the pipeline refuses is an error.
        indices: Keep the first so many samples, or these.
        serialize_data: Keep the annotations in one block that workers share.
        lazy_init: Read the annotations at the first use.
        max_refetch: Samples refused in a row after which training stops.
    """

    NAME = ""
    SITE = ""
    """Where the download is to be had."""
    LICENCE = ""
    """Terms of the data, in a few words."""
    PROTOCOL = ""
    """What is scored on which part."""
    IMAGES: tuple[str, ...] = (".",)
    """Folders of images below the root."""

    def __init__(
        self,
        data_root: str | Path,
        metainfo: dict,
        *,
        images: str | Path | Sequence[str | Path] | None,
        pipeline: Sequence[dict | Callable],
        test_mode: bool,
        indices: int | Sequence[int] | None,
        serialize_data: bool,
        lazy_init: bool,
        max_refetch: int,
    ) -> None:
        self.root = Path(data_root)
        self._places: ImagePlaces | None = None
        self._given_places = [images] if isinstance(images, str | Path) else images
        super().__init__(
            data_root=str(data_root),
            metainfo=metainfo
            | dict(
                dataset_name=self.NAME,
                protocol=self.PROTOCOL,
                licence=self.LICENCE,
                source=self.SITE,
            ),
            pipeline=list(pipeline),
            test_mode=test_mode,
            indices=indices,
            serialize_data=serialize_data,
            lazy_init=lazy_init,
            max_refetch=max_refetch,
        )

    @classmethod
    def _load_metainfo(cls, metainfo: dict | None = None) -> dict:
        return deepcopy(metainfo)  # MMEngine would take texts for names of files

    @property
    def places(self) -> ImagePlaces:
        """Where the images are.

        Raises:
            FileNotFoundError: If a folder or tar of them is missing.
        """
        if self._places is None:
            default = map(self.required, self.IMAGES)
            self._places = ImagePlaces(self._given_places or list(default))
        return self._places

    def image_fields(self, name: str) -> dict:
        """What a sample says about its image: ``img_path``, or ``img`` as well.

        Raises:
            FileNotFoundError: If there is no such image.
            ValueError: If an image of a tar cannot be used.
        """
        return self.places.fields(name)

    def encoded(self, name: str) -> bytes:
        """Encoded image.

        Raises:
            FileNotFoundError: If there is no such image.
            OSError: If it cannot be read.
        """
        return self.places.read(name)

    def has_image(self, name: str) -> bool:
        """Whether an image is there."""
        return name in self.places

    def required(self, path: str) -> Path:
        """File or folder below the root that the split cannot do without.

        Raises:
            FileNotFoundError: If it is missing, with the remedy.
        """
        if not (self.root / path).exists():
            raise FileNotFoundError(
                f"{self.NAME}: no file or folder {str(self.root / path)!r}. Get the "
                f"set from {self.SITE} and set data_root (now {str(self.root)!r}) to "
                "its folder"
            )
        return self.root / path

    def require_images(self, names: Sequence[str]) -> None:
        """Refuse samples whose images are not there.

        Raises:
            FileNotFoundError: With how many, the first, and the remedy.
        """
        missing = [name for name in names if not self.has_image(name)]
        if missing:
            raise FileNotFoundError(
                f"{self.NAME}: {len(missing)} of {len(names)} images are missing, the "
                f"first {missing[0]!r}. Get the set from {self.SITE}, or name the "
                "folders or tar shards of its images in `images`"
            )

    def get_data_info(self, idx: int) -> dict:
        """Sample before the pipeline, with its image found."""
        info = super().get_data_info(idx)
        return info | self.image_fields(info["img_path"])


class FaceTaskDataset(SuiteDataset):
    """Faces with one answer each, one sample a face, for mmpretrain's runner.

    A data set is a subclass that says what it is called, which tasks it has labels for
    and where it comes from, and reads its files in :meth:`read`.

    ============== ==============================================================
    key            value
    ============== ==============================================================
    ``img_path``   image file (``img``, uint8 BGR, too, where it is in a tar or a
                   ``.mat``)
    label          by the kind of task, see :class:`~mcf.suite.task.Task`
    ``groups``     ``{"gender": ..., "race": ..., "age": ...}`` of what is known
    ``subject``    who it is, or an empty text
    ``sample_name`` where the labels are written
    ``bbox``       [1,4] float32 xyxy, where there is a box
    ``points``     [K,2] float32, where there are landmarks
    ============== ==============================================================

    ``metainfo`` holds ``task`` and ``kind``, ``classes``, ``dataset_name``,
    ``protocol``, ``licence`` and ``source``.

    Args:
        data_root: Folder of the official download.
        task: Name of one of ``TASKS``; the first by default.
        split: One of ``SPLITS``; the first by default.
        fold: Number of the fold that is the test part, 0 to ``FOLDS`` - 1, where the
            protocol has folds; 0 elsewhere.
        images: Folders, tar shards or folders of shards with the images, instead of
            those of the official download.
        pipeline: Transforms of any library, as configs or callables.
        test_mode: Whether a sample that the pipeline refuses is an error.
        indices: Keep the first so many samples, or these.
        serialize_data: Keep the annotations in one block that workers share.
        lazy_init: Read the annotations at the first use.
        max_refetch: Samples refused in a row after which training stops.

    Raises:
        FileNotFoundError: If a list or an image is missing, with the remedy.
        ValueError: If the task, split or fold is unknown, a label does not fit, or
            an image is listed twice.
    """

    TASKS: tuple[Task, ...] = ()
    SPLITS: tuple[str, ...] = ("train", "test")
    PUBLISHED: Mapping[str, int | range] = {}
    """Faces of each split; a range where sources disagree, none where nobody says."""
    FOLDS = 1
    """Folds of the protocol; 1 where the split is fixed."""

    def __init__(
        self,
        data_root: str | Path,
        *,
        task: str | None = None,
        split: str | None = None,
        fold: int = 0,
        images: str | Path | Sequence[str | Path] | None = None,
        pipeline: Sequence[dict | Callable] = (),
        test_mode: bool = False,
        indices: int | Sequence[int] | None = None,
        serialize_data: bool = True,
        lazy_init: bool = False,
        max_refetch: int = 100,
    ) -> None:
        tasks = {known.name: known for known in self.TASKS}
        check_choice("task", task, (None, *tasks))
        check_choice("split", split, (None, *self.SPLITS))
        check_choice("fold", fold, tuple(range(self.FOLDS)))
        self.fold = fold
        self.task = tasks[task] if task else self.TASKS[0]
        self.split = split or self.SPLITS[0]
        super().__init__(
            data_root,
            dict(
                task=self.task.name,
                kind=self.task.kind,
                classes=list(self.task.classes),
            ),
            images=images,
            pipeline=pipeline,
            test_mode=test_mode,
            indices=indices,
            serialize_data=serialize_data,
            lazy_init=lazy_init,
            max_refetch=max_refetch,
        )

    def read(self) -> list[FaceRecord]:
        """Faces of all splits of the fold in a fixed order, unchecked.

        Raises:
            FileNotFoundError: If a list is missing.
            ValueError: If one cannot be understood, naming the place.
        """
        raise NotImplementedError

    def chosen(self, faces: Sequence[FaceRecord]) -> list[FaceRecord]:
        """Those of the split that have an answer to the task."""
        name = self.task.name
        return [f for f in faces if f.split == self.split and name in f.labels]

    def load_data_list(self) -> list[dict]:
        """Samples of the split, in the order of :meth:`read`."""
        faces = self.chosen(self.read())
        if not faces:
            raise ValueError(
                f"{self.NAME}: split {self.split!r} holds no face with the label "
                f"{self.task.name!r}"
            )
        name, times = Counter(face.image for face in faces).most_common(1)[0]
        if times > 1:
            raise ValueError(
                f"{self.NAME}: {name!r} is listed {times} times in split "
                f"{self.split!r}; keep one row"
            )
        samples = [self._sample(face) for face in faces]
        self.require_images([face.image for face in faces])
        return samples

    def _sample(self, face: FaceRecord) -> dict:
        try:
            label = self.task.label(face.labels[self.task.name])
        except (TypeError, ValueError) as error:
            raise ValueError(f"{self.NAME}, {face.source}: {error}") from error
        sample = {
            "img_path": face.image,
            self.task.key: label,
            "groups": dict(face.groups),
            "subject": face.subject,
            "sample_name": face.source,
        }
        if face.box is not None:
            sample["bbox"] = face.box[None].astype(np.float32)
        if face.points is not None:
            sample["points"] = face.points.astype(np.float32)
        return sample
