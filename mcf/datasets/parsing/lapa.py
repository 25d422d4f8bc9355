"""LaPa: faces in the wild with 11 classes and 106 landmarks."""

from collections.abc import Callable, Sequence
from pathlib import Path

from mcf.datasets.parsing.lapa_files import (
    ALIGNMENT_POINTS,
    SOURCE,
    SPLITS,
    read_landmarks,
    sample_paths,
)
from mcf.datasets.parsing.parsing_dataset import ParsingDataset
from mcf.registry import DATASETS


@DATASETS.register_module()
class LaPaDataset(ParsingDataset):
    """LaPa as downloaded: ``{split}/{images,labels,landmarks}`` (protocol §3.1).

    Each sample also has ``points5`` [5,2]: x and y, in pixels of the photo, of
    the points that FaRL aligns by (protocol §2.4).

    Args:
        data_root: The folder LaPa.
        split: ``train``, ``val`` or ``test``.
        pipeline: Transforms.
        indices: Keep the first so many samples, or these.
        test_mode: Whether a sample may never be replaced by another one.
        lazy_init: Whether to list files only when ``full_init`` is called.

    Raises:
        FileNotFoundError: If a folder, a label map or a landmark file is missing.
        ValueError: If there is no such split.
    """

    REMEDY = SOURCE

    def __init__(
        self,
        data_root: str,
        split: str,
        *,
        pipeline: Sequence[dict | Callable] = (),
        indices: int | Sequence[int] | None = None,
        test_mode: bool = False,
        lazy_init: bool = False,
    ) -> None:
        if split not in SPLITS:
            raise ValueError(f"LaPa has no split {split!r}, only {', '.join(SPLITS)}")
        self.split = split
        super().__init__(
            data_root,
            "lapa",
            data_prefix={
                "img_path": f"{split}/images",
                "seg_map_path": f"{split}/labels",
            },
            pipeline=pipeline,
            indices=indices,
            test_mode=test_mode,
            lazy_init=lazy_init,
        )

    def list_samples(self) -> list[dict]:
        """Dicts with the path of the landmarks besides."""
        records = super().list_samples()
        for record in records:
            name = Path(record["img_path"]).stem
            landmarks = sample_paths(Path(self.data_root), self.split, name)[2]
            record["landmarks_path"] = str(landmarks)
        self._require_files(records, "landmarks_path", "landmark files")
        return records

    def get_data_info(self, idx: int) -> dict:
        """Sample ``idx`` with its five points, which are read only now."""
        info = super().get_data_info(idx)
        info["points5"] = read_landmarks(info["landmarks_path"])[list(ALIGNMENT_POINTS)]
        return info
