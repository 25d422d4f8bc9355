"""Attributes that the masks of CelebAMask-HQ show."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from mcf.datasets.parsing.celebamask_hq_files import (
    IMAGES,
    part_path,
    read_part,
    read_splits,
)
from mcf.datasets.parsing.celebamask_hq_files import SPLITS as PHOTOS
from mcf.datasets.parsing.class_sets import CELEBAMASK_HQ
from mcf.datasets.parsing.mask_files import read_mask
from mcf.registry import DATASETS
from mcf.suite.base import FaceTaskDataset
from mcf.suite.record import FaceRecord
from mcf.suite.task import Task

PARTS = {
    "Eyeglasses": "eye_g",
    "Wearing_Hat": "hat",
    "Wearing_Earrings": "ear_r",
    "Wearing_Necklace": "neck_l",
}
"""Part whose pixels show an attribute, by its name in CelebA."""
CLASSES = CELEBAMASK_HQ["official"].classes


@DATASETS.register_module()
class CelebAMaskHQAttributes(FaceTaskDataset):
    """Glasses, hat, ear-ring and necklace: whether a mask has a pixel of them.

    This is *not* CelebA's own annotation, whose people looked for other things; it is a
    row for those who have the masks only.

    Args:
        data_root: The folder CelebAMask-HQ of the official download, or what
            ``folders`` start from.
        task: ``attributes``.
        split: ``train`` (by default), ``val`` or ``test``.
        fold: 0.
        folders: For each split a folder of photos and one of index masks (the ids of
            the official order, ``NAME.png`` for ``NAME.jpg``), instead of the official
            download.
        pipeline: Transforms of any library, as configs or callables.
        test_mode: Whether a sample that the pipeline refuses is an error.
        indices: Keep the first so many samples, or these.
        serialize_data: Keep the annotations in one block that workers share.
        lazy_init: Read the annotations at the first use.
        max_refetch: Samples refused in a row after which training stops.

    Raises:
        FileNotFoundError: If the mapping to CelebA, a folder or a mask is missing.
        ValueError: If a mask is damaged or holds unknown ids.
    """

    NAME = "celebamask_hq_attributes"
    SITE = "https://github.com/switchablenorms/CelebAMask-HQ"
    LICENCE = "non-commercial research and education; no redistribution"
    PROTOCOL = "CelebA's parts; mean of the four accuracies (of our own making)"
    TASKS = (Task("attributes", "attributes", tuple(PARTS)),)
    SPLITS = tuple(PHOTOS)
    PUBLISHED = PHOTOS

    def __init__(
        self,
        data_root: str | Path,
        *,
        task: str | None = None,
        split: str | None = None,
        fold: int = 0,
        folders: Mapping[str, Sequence[str]] | None = None,
        pipeline: Sequence[dict | Callable] = (),
        test_mode: bool = False,
        indices: int | Sequence[int] | None = None,
        serialize_data: bool = True,
        lazy_init: bool = False,
        max_refetch: int = 100,
    ) -> None:
        self._folders = dict(folders or {})
        super().__init__(
            data_root,
            task=task,
            split=split,
            fold=fold,
            images=data_root,
            pipeline=pipeline,
            test_mode=test_mode,
            indices=indices,
            serialize_data=serialize_data,
            lazy_init=lazy_init,
            max_refetch=max_refetch,
        )

    def read(self) -> list[FaceRecord]:
        """Faces by split, then by number or name."""
        found = self._from_folders() if self._folders else self._from_download()
        return [
            FaceRecord(image, image, split, {"attributes": np.array(labels, int)})
            for split, image, labels in found
        ]

    def _from_download(self) -> Iterator[tuple[str, str, list[bool]]]:
        for split, image_ids in read_splits(self.root).items():
            for image_id in sorted(image_ids):
                paths = (part_path(self.root, image_id, p) for p in PARTS.values())
                labels = [p.is_file() and bool(read_part(p).any()) for p in paths]
                yield split, f"{IMAGES}/{image_id}.jpg", labels

    def _from_folders(self) -> Iterator[tuple[str, str, list[bool]]]:
        for split, (photos, masks) in self._folders.items():
            for photo in sorted(self.required(photos).glob("[!.]*.jpg")):
                mask = self.required(f"{masks}/{photo.stem}.png")
                ids = np.unique(read_mask(mask, len(CLASSES)))
                labels = [CLASSES.index(part) in ids for part in PARTS.values()]
                yield split, f"{photos}/{photo.name}", labels
