"""Drawn faces with exact masks, for parsing without any download."""

from collections.abc import Callable, Sequence

import numpy as np
from mmengine.dataset import BaseDataset

from mcf.datasets.parsing.class_sets import LAPA
from mcf.datasets.stores.drawn_store import SyntheticFaceStore, split_seed
from mcf.registry import DATASETS


@DATASETS.register_module()
class SyntheticParsing(BaseDataset):
    """Drawn faces with the 11 classes of LaPa.

    Samples come with ``img`` (BGR) and ``gt_seg_map`` [H,W], so that no transform
    loads anything. A face is drawn when it is first asked for and then kept, in each
    worker for itself. Crops of another size than the drawings would warp the masks
    of the test part too: draw at the size of the crops.

    Args:
        split: ``train``, ``val`` or ``test``: three sets of unrelated faces.
        length: Number of faces.
        size: Height and width of the images, pixels.
        seed: Which faces; seeds share none, and none is shared with the pre-training
            on drawn faces below seed 3.
        pipeline: Transforms.
        test_mode: Whether a sample may never be replaced by another one.

    Raises:
        ValueError: If there is no such split, the seed is below 1, or a number is out
            of the range of :class:`~mcf.datasets.SyntheticFaceStore`.
    """

    def __init__(
        self,
        split: str,
        length: int,
        *,
        size: int = 112,
        seed: int = 1,
        pipeline: Sequence[dict | Callable] = (),
        test_mode: bool = False,
    ) -> None:
        self.store = SyntheticFaceStore(length, size, split_seed(split, seed))
        self._drawn: dict[int, dict[str, np.ndarray]] = {}
        super().__init__(
            metainfo=LAPA.metainfo(), pipeline=list(pipeline), test_mode=test_mode
        )
        # Not before, for MMEngine takes a text in the meta information for a file.
        self._metainfo["dataset_name"] = f"drawn faces, {split}"

    def load_data_list(self) -> list[dict]:
        """One dict per face; ``img_path`` is a name without a file."""
        return [
            dict(
                img_path=self.store.name(index),
                num_classes=len(LAPA.classes),
                label_pairs=self.metainfo["label_pairs"],
            )
            for index in range(len(self.store))
        ]

    def get_data_info(self, idx: int) -> dict:
        """Face ``idx`` with its image and mask."""
        if idx not in self._drawn:
            face = self.store.face(idx)
            image = np.ascontiguousarray(face.image[..., ::-1])
            self._drawn[idx] = dict(img=image, gt_seg_map=face.mask)
        drawn = self._drawn[idx]
        shape = drawn["gt_seg_map"].shape
        return super().get_data_info(idx) | dict(
            drawn, img_shape=shape, ori_shape=shape, seg_fields=["gt_seg_map"]
        )
