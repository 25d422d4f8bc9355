"""Unlabelled face images."""

import logging
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from mmengine.dataset import Compose
from mmengine.logging import print_log
from torch.utils.data import Dataset

from mcf.datasets.stores import ImageStore
from mcf.datasets.transforms import BadImageError
from mcf.registry import DATASETS, TRANSFORMS
from mcf.utils.image_files import describe_passed_over


@DATASETS.register_module()
class FaceImages(Dataset):
    """Unlabelled images of a store, through a pipeline.

    The pipeline receives ``img_bytes`` (encoded image), ``img_path`` (its name in
    the store), ``sample_idx`` (its index here) and ``bad_images``: a list of
    (name, reason) of the images that were drawn in this one's place but are
    unusable, empty as a rule. Pack it as meta information for
    :class:`~mcf.engine.hooks.BadImageHook`. A replacement is drawn with
    ``np.random``, hence deterministic inside :class:`~mcf.datasets.SeededDataset`.

    It follows MMEngine's conventions without subclassing ``BaseDataset``, which
    keeps a dictionary a sample: the store opens in ``full_init`` and the names stay
    in the store's arrays.

    Args:
        store: Where the images are, or its config.
        pipeline: Transforms of any library, as configs or callables.
        indices: Keep the first so many images of the store, or these.
        metainfo: Facts that go with weights trained on these images, such as
            ``dataset_name``; they come before the store's own (``crop``, the recipe
            by which its faces were cut out).
        max_replacements: Bad images in a row after which it gives up.

    Raises:
        ValueError: If ``indices`` goes beyond the store or keeps nothing.
    """

    def __init__(
        self,
        store: ImageStore | dict,
        pipeline: Sequence[dict | Callable] = (),
        *,
        indices: int | Sequence[int] | None = None,
        metainfo: dict | None = None,
        max_replacements: int = 20,
    ) -> None:
        self._store = store
        self._subset = indices
        self._indices: Sequence[int] | np.ndarray | None = None
        self._metainfo = dict(metainfo or {})
        self._max_replacements = max_replacements
        self.pipeline = Compose(
            [
                TRANSFORMS.build(step) if isinstance(step, dict) else step
                for step in pipeline
            ]
        )

    @property
    def metainfo(self) -> dict:
        """What kind of data this is; there are no classes."""
        facts = {"dataset_type": "unlabelled_faces", **self.store.metainfo}
        return facts | self._metainfo

    @property
    def store(self) -> ImageStore:
        """The store, opened now if it was not."""
        self.full_init()
        return self._store

    def full_init(self) -> None:
        """Open the store, choose the subset and log what is skipped, once."""
        if self._indices is not None:
            return
        if isinstance(self._store, dict):
            self._store = DATASETS.build(self._store)
        self._indices = _choose(len(self._store), self._subset)
        if text := describe_passed_over(self._store.passed_over):
            print_log(f"face store: {text}", logger="current", level=logging.INFO)

    def __len__(self) -> int:
        self.full_init()
        return len(self._indices)

    def __getitem__(self, index: int) -> Any:
        """The pipeline's result for an image, or for the replacement of a bad one.

        Raises:
            RuntimeError: If too many in a row are bad, with names and reasons.
        """
        self.full_init()
        bad_images: list[tuple[str, str]] = []
        while len(bad_images) <= self._max_replacements:
            name = self._store.name(self._indices[index])
            try:
                return self._prepare(index, name, bad_images)
            except BadImageError as error:
                bad_images.append((name, str(error)))
            index = np.random.randint(len(self))
        listed = "\n".join(f"  {name}: {reason}" for name, reason in bad_images)
        raise RuntimeError(
            f"{len(bad_images)} images in a row are unusable; is this the right "
            f"store, and do the limits of the decoder suit it?\n{listed}"
        )

    def _prepare(self, index: int, name: str, bad_images: list) -> Any:
        try:
            data = self._store.read(self._indices[index])
        except OSError as error:
            raise BadImageError(f"unreadable: {error}") from error
        sample = self.pipeline(
            {
                "img_bytes": data,
                "img_path": name,
                "sample_idx": index,
                "bad_images": bad_images,
            }
        )
        if sample is None:  # how transforms of the family refuse an image
            raise BadImageError("rejected: by a transform of the pipeline")
        return sample


def _choose(size: int, subset: int | Sequence[int] | None) -> Sequence[int]:
    """Indices into a store of ``size`` images that a subset keeps."""
    if subset is None:
        return range(size)
    if isinstance(subset, int):
        chosen = np.arange(subset)
    else:
        chosen = np.asarray(subset, dtype=np.int64)
    if chosen.size == 0 or chosen.min() < 0 or chosen.max() >= size:
        raise ValueError(
            f"indices={subset!r} must keep between 1 and all {size} images of the store"
        )
    return chosen
