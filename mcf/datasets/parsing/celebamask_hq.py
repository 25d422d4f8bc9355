"""CelebAMask-HQ: 30,000 aligned faces with 19 classes."""

from collections.abc import Callable, Sequence
from pathlib import Path

from mmengine.dist import broadcast_object_list, is_main_process

from mcf.datasets.parsing.celebamask_hq_files import (
    SOURCE,
    SPLITS,
    image_path,
    read_splits,
)
from mcf.datasets.parsing.class_sets import get_order
from mcf.datasets.parsing.mask_cache import compose_masks
from mcf.datasets.parsing.mask_manifest import (
    cache_folder,
    manifest_path,
    mask_path,
    read_manifest,
)
from mcf.datasets.parsing.parsing_dataset import ParsingDataset
from mcf.registry import DATASETS


@DATASETS.register_module()
class CelebAMaskHQDataset(ParsingDataset):
    """CelebAMask-HQ as downloaded, with composed masks (protocol §3.2).

    Photos have 1024 pixels and masks 512, which is the size that is trained and
    evaluated on: put ``mcf.ResizeOriginal(scale=512)`` after loading the photo.

    Args:
        data_root: The folder CelebAMask-HQ.
        split: ``train``, ``val`` or ``test``.
        order: How parts are painted over each other: ``farl`` or ``official``. They
            are two benchmarks with different ids and different pixels.
        mask_dir: Folder of the composed masks; ``CelebAMask-HQ-mask-<order>`` in
            ``data_root`` by default.
        compose: Whether to compose masks that are missing now, in the main process,
            rather than to ask for ``tools/compose_masks.py``.
        pipeline: Transforms.
        indices: Keep the first so many samples, or these.
        test_mode: Whether a sample may never be replaced by another one.
        lazy_init: Whether to list files only when ``full_init`` is called.

    Raises:
        FileNotFoundError: If a photo, the mapping or a composed mask is missing.
        ValueError: If there is no such split or order, the masks are of another
            order, or a face to compose has no usable parts.
    """

    REMEDY = SOURCE

    def __init__(
        self,
        data_root: str,
        split: str,
        *,
        order: str,
        mask_dir: str | None = None,
        compose: bool = False,
        pipeline: Sequence[dict | Callable] = (),
        indices: int | Sequence[int] | None = None,
        test_mode: bool = False,
        lazy_init: bool = False,
    ) -> None:
        if split not in SPLITS:
            raise ValueError(
                f"CelebAMask-HQ has no split {split!r}, only {', '.join(SPLITS)}"
            )
        get_order(order)
        self.split = split
        self.order = order
        self.compose = compose
        root = Path(data_root)
        self.mask_dir = Path(mask_dir) if mask_dir else cache_folder(root, order)
        super().__init__(
            data_root,
            f"celebamask_hq_{order}",
            data_prefix={"img_path": "CelebA-HQ-img"},
            pipeline=pipeline,
            indices=indices,
            test_mode=test_mode,
            lazy_init=lazy_init,
        )

    def list_samples(self) -> list[dict]:
        """Dicts of the split's photos and composed masks, by image id."""
        root = Path(self.data_root)
        image_ids = sorted(read_splits(root)[self.split])
        if self.compose:
            self._compose(image_ids)
        self._require_masks(image_ids)
        return [
            {
                "img_path": str(image_path(root, image_id)),
                "seg_map_path": str(mask_path(self.mask_dir, image_id)),
                "label_map": None,
                "reduce_zero_label": False,
                "seg_fields": [],
            }
            for image_id in image_ids
        ]

    def _compose(self, image_ids: list[int]) -> None:
        """Compose in the main process while the others wait; all fail if it does."""
        problem = [""]
        if is_main_process():
            try:
                problem[0] = compose_masks(
                    self.data_root, self.order, image_ids, folder=self.mask_dir
                ).problem
            except (OSError, ValueError) as error:
                problem[0] = str(error)
        broadcast_object_list(problem)
        if problem[0]:
            raise ValueError(problem[0])

    def _require_masks(self, image_ids: list[int]) -> None:
        composed = {}
        if manifest_path(self.mask_dir).is_file():
            composed = read_manifest(self.mask_dir, self.order)
        missing = [
            image_id
            for image_id in image_ids
            if image_id not in composed
            or not mask_path(self.mask_dir, image_id).is_file()
        ]
        if missing:
            raise FileNotFoundError(
                f"{len(missing)} of {len(image_ids)} masks of the {self.split} part "
                f"are not composed in {self.mask_dir}; run python "
                f"tools/compose_masks.py {self.data_root} --order {self.order}, or set "
                "compose=True"
            )
