"""Drawn faces with exact landmarks: nothing to download."""

from collections.abc import Callable, Sequence

import cv2
import numpy as np

from mcf.datasets.landmarks.annotation import FaceAnnotation
from mcf.datasets.landmarks.base import FaceLandmarkDataset
from mcf.datasets.stores.drawn_store import SPLITS, SyntheticFaceStore, split_seed
from mcf.registry import DATASETS

SCHEMAS = {68: "ibug68", 98: "wflw98"}


@DATASETS.register_module()
class SyntheticLandmarks(FaceLandmarkDataset):
    """Faces of :class:`~mcf.datasets.SyntheticFaceStore` with 68 or 98 points.

    The faces are drawn once, when the data set is made, and kept. Splits and seeds
    share none (:func:`~mcf.drawn_faces.split_seed`).

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
        self._images: dict[str, np.ndarray] = {}
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
        return [self._draw(index) for index in range(len(self._store))]

    def image_fields(self, image: str) -> dict:
        """Name and pixels of a drawn face."""
        return {"img_path": image, "img": self._images[image]}

    def _draw(self, index: int) -> FaceAnnotation:
        face, name = self._store.face(index), self._store.name(index)
        if self.schema.count == 68:
            points, hidden = face.landmarks68, face.occluded68
        else:
            points, hidden = face.landmarks98, face.occluded98
        self._images[name] = cv2.cvtColor(face.image, cv2.COLOR_RGB2BGR)
        return FaceAnnotation(
            source=name,
            image=name,
            points=points,
            visible=~hidden,
            subsets=("occluded" if hidden.any() else "free",),
        )
