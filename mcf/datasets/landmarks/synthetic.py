"""Drawn faces with exact landmarks: nothing to download."""

from collections.abc import Callable, Sequence
from copy import deepcopy

import cv2
import numpy as np
from mmengine.dataset import BaseDataset

from mcf.datasets.landmarks.annotation import FaceAnnotation
from mcf.datasets.landmarks.base import FOR_PIPELINES, FaceLandmarkDataset
from mcf.datasets.stores.drawn_store import SPLITS, SyntheticFaceStore, split_seed
from mcf.registry import DATASETS

SCHEMAS = {68: "ibug68", 98: "wflw98"}


@DATASETS.register_module()
class SyntheticLandmarks(FaceLandmarkDataset):
    """Faces of :class:`~mcf.datasets.SyntheticFaceStore` with 68 or 98 points.

    A face is drawn when it is first asked for and then kept, in each worker for itself.
    Splits and seeds share none (:func:`~mcf.drawn_faces.split_seed`).

    Samples carry their pixels as ``img`` (uint8 BGR); ``subsets`` says whether
    something covers a point: ``free`` or ``occluded``.

    Args:
        split: ``train``, ``val`` or ``test``.
        points: Number of points, 68 or 98.
        length: Number of faces.
        size: Height and width of the images in pixels.
        seed: Which faces, 1 or more.
        mask_hidden: Whether hidden points do not count.
        pipeline: Transforms of any library, as configs or callables.
        test_mode: Whether a sample that the pipeline refuses is an error.
        indices: Keep the first so many samples, or these.

    Raises:
        ValueError: If there is no schema of so many points, or a number is out of
            range.
    """

    NAME = "synthetic"
    SPLITS = SPLITS

    def __init__(
        self,
        *,
        split: str = "train",
        points: int = 68,
        length: int = 256,
        size: int = 112,
        seed: int = 1,
        mask_hidden: bool = False,
        pipeline: Sequence[dict | Callable] = (),
        test_mode: bool = False,
        indices: int | Sequence[int] | None = None,
    ) -> None:
        if points not in SCHEMAS:
            raise ValueError(f"points={points} must be one of {list(SCHEMAS)}")
        self.SCHEMA = SCHEMAS[points]
        self._store = SyntheticFaceStore(length, size, split_seed(split, seed))
        self._drawn: dict[str, tuple[FaceAnnotation, np.ndarray]] = {}
        super().__init__(
            "",
            split=split,
            mask_hidden=mask_hidden,
            pipeline=pipeline,
            test_mode=test_mode,
            indices=indices,
        )

    def read(self) -> list[FaceAnnotation]:
        """Draw all faces of the split."""
        indices = range(len(self._store))
        return [self._face(self._store.name(index), index)[0] for index in indices]

    def load_data_list(self) -> list[dict]:
        """Names and numbers of the faces; nothing is drawn."""
        names = map(self._store.name, range(len(self._store)))
        return [
            {"id": index, "img_id": index, "img_path": name, "sample_name": name}
            for index, name in enumerate(names)
        ]

    def get_data_info(self, idx: int) -> dict:
        """Sample before the pipeline, drawn now if it was not."""
        info = BaseDataset.get_data_info(self, idx)
        annotation, image = self._face(info["img_path"], info["id"])
        info |= self._fields(annotation, None)
        info |= {key: deepcopy(self._metainfo[key]) for key in FOR_PIPELINES}
        return info | {"img": image}

    def _face(self, name: str, index: int) -> tuple[FaceAnnotation, np.ndarray]:
        """Annotation and uint8 BGR pixels of a face."""
        if name not in self._drawn:
            self._drawn[name] = self._draw(index)
        return self._drawn[name]

    def _draw(self, index: int) -> tuple[FaceAnnotation, np.ndarray]:
        face, name = self._store.face(index), self._store.name(index)
        if self.schema.count == 68:
            points, hidden = face.landmarks68, face.occluded68
        else:
            points, hidden = face.landmarks98, face.occluded98
        annotation = FaceAnnotation(
            source=name,
            image=name,
            points=points,
            visible=~hidden,
            subsets=("occluded" if hidden.any() else "free",),
        )
        return annotation, cv2.cvtColor(face.image, cv2.COLOR_RGB2BGR)
