"""Pairs of faces: the same person or not."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mcf.suite.base import SuiteDataset
from mcf.suite.bin_file import BinPairs, read_bin, read_image
from mcf.suite.image_places import decoded

FOLDS = 10


@dataclass(frozen=True)
class PairRecord:
    """Two faces as a list names them.

    Attributes:
        source: File and line, for messages.
        first: Image.
        second: Image.
        same: Whether it is one person.
        fold: Number of the part it is tested in, from 0.
    """

    source: str
    first: str
    second: str
    same: bool
    fold: int


@dataclass(frozen=True, eq=False)
class FacePairs:
    """Pairs over a list of images.

    Attributes:
        images: Names [N], each once, in the order of their first pair.
        first: Index of the first image of each pair [P].
        second: Index of the second [P].
        same: Whether it is one person, [P] bool.
        fold: Part that each is tested in, [P], 0 to F-1.
    """

    images: tuple[str, ...]
    first: np.ndarray
    second: np.ndarray
    same: np.ndarray
    fold: np.ndarray

    @classmethod
    def of(cls, records: Iterable[PairRecord]) -> "FacePairs":
        """Pairs of a list.

        Raises:
            ValueError: If it is empty, or a pair is one image twice.
        """
        records, index = list(records), {}
        if not records:
            raise ValueError("there is no pair")
        for record in records:
            if record.first == record.second:
                raise ValueError(
                    f"{record.source}: {record.first!r} is paired with itself"
                )
            index.setdefault(record.first, len(index))
            index.setdefault(record.second, len(index))
        return cls(
            images=tuple(index),
            first=np.array([index[r.first] for r in records]),
            second=np.array([index[r.second] for r in records]),
            same=np.array([r.same for r in records], dtype=bool),
            fold=np.array([r.fold for r in records]),
        )


class FacePairDataset(SuiteDataset):
    """Faces to be compared, one sample an image; :attr:`pairs` says which with which.

    Insightface's ``.bin`` of the set (``BIN``) is read instead of lists and images
    where it lies in the root; it is never unpickled.

    Samples hold ``img_path`` (``img`` too, where the images are in one file) and
    ``sample_idx``, the number by which the pairs know the image. ``metainfo`` is that
    of :class:`~mcf.suite.base.FaceTaskDataset` with the kind ``pairs``.

    Args:
        data_root: Folder of the official download.
        images: Folders, tar shards or folders of shards with the images, instead of
            those of the official download.
        pipeline: Transforms of any library, as configs or callables.
        test_mode: Whether a sample that the pipeline refuses is an error.
        serialize_data: Keep the annotations in one block that workers share.
        lazy_init: Read the annotations at the first use.

    Raises:
        FileNotFoundError: If the list or an image of a pair is missing.
        ValueError: If the list cannot be understood or a pair is one image twice.
    """

    PAIRS = 6000
    """Published number of pairs, half of them of one person."""
    BIN = ""
    """Name of insightface's file of the set."""

    def __init__(
        self,
        data_root: str | Path,
        *,
        images: str | Path | Sequence[str | Path] | None = None,
        pipeline: Sequence[dict | Callable] = (),
        test_mode: bool = True,
        serialize_data: bool = True,
        lazy_init: bool = False,
    ) -> None:
        self._pairs: FacePairs | None = None
        self._bin: BinPairs | None = None
        super().__init__(
            data_root,
            dict(task="verification", kind="pairs", classes=[]),
            images=images,
            pipeline=pipeline,
            test_mode=test_mode,
            indices=None,
            serialize_data=serialize_data,
            lazy_init=lazy_init,
            max_refetch=1,
        )

    def read(self) -> list[PairRecord]:
        """Pairs in their published order, of the ``.bin`` or else of the list.

        Raises:
            FileNotFoundError: If the list is missing.
            ValueError: If it cannot be understood, naming the place.
        """
        path = self.root / self.BIN
        if not self.BIN or not path.is_file():
            return self.read_list()
        self._bin = read_bin(path)
        count = len(self._bin.same)
        return [
            PairRecord(
                source=f"{self.BIN} pair {number}",
                first=f"{self.BIN}#{2 * number}",
                second=f"{self.BIN}#{2 * number + 1}",
                same=same,
                fold=number * FOLDS // count,
            )
            for number, same in enumerate(self._bin.same)
        ]

    def read_list(self) -> list[PairRecord]:
        """Pairs in the order of the official list.

        Raises:
            FileNotFoundError: If the list is missing.
            ValueError: If it cannot be understood, naming the place.
        """
        raise FileNotFoundError(str(self.required(self.BIN)))

    def has_image(self, name: str) -> bool:
        """Whether an image is there."""
        if self._bin is None:
            return super().has_image(name)
        file, _, number = name.partition("#")
        return file == self.BIN and int(number) < len(self._bin.images)

    def encoded(self, name: str) -> bytes:
        """Encoded image.

        Raises:
            OSError: If it cannot be read.
        """
        if self._bin is None:
            return super().encoded(name)
        number = int(name.partition("#")[2])
        return read_image(self.root / self.BIN, self._bin.images[number])

    def image_fields(self, name: str) -> dict:
        """What a sample says about its image: ``img_path``, or ``img`` as well."""
        if self._bin is None:
            return super().image_fields(name)
        return {"img_path": name, "img": decoded(self.encoded(name), name)}

    @property
    def pairs(self) -> FacePairs:
        """Which images are compared."""
        if self._pairs is None:
            self._pairs = FacePairs.of(self.read())
        return self._pairs

    def load_data_list(self) -> list[dict]:
        """Samples of all images, in the order of ``pairs.images``."""
        images = self.pairs.images
        self.require_images(images)
        return [{"img_path": name, "sample_name": name} for name in images]
