"""Photos, index masks and a class list."""

import logging
import os
from collections.abc import Callable, Sequence
from pathlib import Path

from mmengine.dataset import BaseDataset
from mmengine.fileio import list_dir_or_file
from mmengine.logging import print_log

from mcf.datasets.parsing.class_sets import get_class_set
from mcf.registry import DATASETS
from mcf.utils.image_files import is_hidden


@DATASETS.register_module()
class ParsingDataset(BaseDataset):
    """Parsing data set of any user: photos, index masks and a class list.

    Samples are those of mmsegmentation's ``BaseSegDataset``, with the classes given by
    name or in the config, with errors for missing files before anything runs, and
    with two more keys in each sample: ``num_classes``, for
    :class:`~mcf.datasets.parsing.load_mask.LoadMask`, and
    ``label_pairs``, the ids that trade places when a face is mirrored. A photo
    ``<image_dir>/NAME.jpg`` belongs to the mask ``<mask_dir>/NAME.png``, also in
    folders of folders. Masks without photo are left alone, for a photo may be left
    out, but a warning counts them: photos of another ending are not found.

    Args:
        data_root: Folder that the other paths start from.
        class_set: Name of a known class set or arguments of a new one, see
            :func:`~mcf.datasets.parsing.class_sets.get_class_set`.
        data_prefix: Folders ``img_path`` and ``seg_map_path``; without the second one
            the photos have no masks, for prediction only.
        ann_file: Text file of the names to use, one a line; by default all that are not
            hidden.
        img_suffix: Ending of photos.
        seg_map_suffix: Ending of masks.
        pipeline: Transforms.
        indices: Keep the first so many samples, or these.
        test_mode: Whether a sample may never be replaced by another one.
        lazy_init: Whether to list files only when ``full_init`` is called.

    Raises:
        FileNotFoundError: If a folder, a listed photo or the mask of a photo is
            missing.
        ValueError: If there is no photo at all or the class set is wrong.
    """

    REMEDY = "check data_root and data_prefix"

    def __init__(
        self,
        data_root: str,
        class_set: str | dict,
        *,
        data_prefix: dict[str, str],
        ann_file: str = "",
        img_suffix: str = ".jpg",
        seg_map_suffix: str = ".png",
        pipeline: Sequence[dict | Callable] = (),
        indices: int | Sequence[int] | None = None,
        test_mode: bool = False,
        lazy_init: bool = False,
    ) -> None:
        known = get_class_set(class_set)
        self.img_suffix, self.seg_map_suffix = img_suffix, seg_map_suffix
        super().__init__(
            ann_file=ann_file,
            metainfo=known.metainfo(),
            data_root=data_root,
            data_prefix=data_prefix,
            indices=indices,
            pipeline=list(pipeline),
            test_mode=test_mode,
            lazy_init=lazy_init,
        )
        # Not before, for MMEngine takes a text in the meta information for a file.
        self._metainfo["dataset_name"] = known.name
        # mmsegmentation looks for both; neither ids nor the background are remapped
        self._metainfo.update(label_map=None, reduce_zero_label=False)

    def load_data_list(self) -> list[dict]:
        """One dict a photo, sorted by path."""
        self._require_folders()
        records = self.list_samples()
        if not records:
            raise ValueError(
                f"no photo *{self.img_suffix} in {self.data_prefix['img_path']}; "
                f"{self.REMEDY}"
            )
        self._require_files(records, "img_path", "photos")
        if "seg_map_path" in records[0]:
            self._require_files(records, "seg_map_path", "masks")
        for record in records:
            record["num_classes"] = len(self.metainfo["classes"])
            record["label_pairs"] = self.metainfo["label_pairs"]
        return records

    def list_samples(self) -> list[dict]:
        """Dicts of ``img_path``, ``seg_map_path`` and what mmsegmentation expects."""
        photos = Path(self.data_prefix["img_path"])
        masks = self.data_prefix.get("seg_map_path")
        records = []
        for name in self._names(photos):
            record = dict(img_path=str(photos / f"{name}{self.img_suffix}"))
            if masks:
                record["seg_map_path"] = str(
                    Path(masks) / f"{name}{self.seg_map_suffix}"
                )
            records.append(
                record | dict(label_map=None, reduce_zero_label=False, seg_fields=[])
            )
        if masks and not self.ann_file:
            self._report_unused({Path(record["seg_map_path"]) for record in records})
        return records

    def _names(self, photos: Path) -> list[str]:
        """Names without ending, as listed or else of all photos, sorted by path."""
        if self.ann_file:
            lines = Path(self.ann_file).read_text().splitlines()
            names = filter(None, map(str.strip, lines))
            return [name for name in names if not is_hidden(os.fsencode(name))]
        found = list_dir_or_file(
            photos, list_dir=False, suffix=self.img_suffix, recursive=True
        )
        names = (path for path in sorted(found) if not is_hidden(os.fsencode(path)))
        return [name.removesuffix(self.img_suffix) for name in names]

    def _report_unused(self, used: set[Path]) -> None:
        """Warn of masks whose photos are not there or have another ending."""
        masks = Path(self.data_prefix["seg_map_path"])
        there = masks.rglob(f"[!.]*{self.seg_map_suffix}")
        unused = sorted(set(there) - used)
        if unused:
            print_log(
                f"{len(unused)} masks in {masks} have no photo *{self.img_suffix} in "
                f"{self.data_prefix['img_path']}, for example {unused[0].name}: photos "
                "of another ending (also .JPG or .jpeg) are left out; rename them, or "
                "set img_suffix",
                logger="current",
                level=logging.WARNING,
            )

    def _require_folders(self) -> None:
        for folder in filter(None, self.data_prefix.values()):
            if not Path(folder).is_dir():
                raise FileNotFoundError(f"no folder {folder}; {self.REMEDY}")
        if self.ann_file and not Path(self.ann_file).is_file():
            raise FileNotFoundError(f"no list {self.ann_file}; {self.REMEDY}")

    def _require_files(self, records: list[dict], key: str, what: str) -> None:
        missing = [r[key] for r in records if not Path(r[key]).is_file()]
        if missing:
            raise FileNotFoundError(
                f"{len(missing)} of {len(records)} {what} are missing, for example "
                f"{missing[0]}; {self.REMEDY}"
            )
