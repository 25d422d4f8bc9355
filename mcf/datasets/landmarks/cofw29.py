"""COFW."""

from types import ModuleType

import numpy as np

from mcf.crops.boxes import pixel_box
from mcf.datasets.landmarks.annotation import FaceAnnotation
from mcf.datasets.landmarks.base import FaceLandmarkDataset
from mcf.registry import DATASETS

VARIABLES = {
    "train": ("IsTr", "phisTr", "bboxesTr"),
    "test": ("IsT", "phisT", "bboxesT"),
}
"""Images, points and boxes of a split."""


@DATASETS.register_module()
class COFW29(FaceLandmarkDataset):
    """COFW: 29 points with occlusion, images and all in a ``.mat`` (protocol §3.6).

    The files are HDF5 and need the package h5py; they are opened anew for each image,
    so any number of workers may read. The literature crops the square around the
    landmarks (HRNet, lib/datasets/cofw.py); ``box='annotated'`` is the set's own box,
    which is not square. The 1-based coordinates become zero-based.

    Samples carry their pixels as ``img`` (uint8 BGR); ``img_path`` is the file and the
    image's number in it, ``COFW_test_color.mat#12``.
    """

    NAME = "cofw"
    SCHEMA = "cofw29"
    SITE = "http://www.vision.caltech.edu/xpburgos/ICCV13/ (COFW_color.zip)"
    PUBLISHED = {"train": {"full": 1345}, "test": {"full": 507}}

    def read(self) -> list[FaceAnnotation]:
        """Faces in the order of the file."""
        name = f"COFW_{self.split}_color.mat"
        images, values, boxes = VARIABLES[self.split]
        with _h5py().File(self.required(name)) as file:
            absent = [key for key in (images, values, boxes) if key not in file]
            if absent:
                raise ValueError(f"{self.root / name} lacks {', '.join(absent)}")
            values, boxes = file[values][()].T, file[boxes][()].T
        return [
            FaceAnnotation(
                source=f"{name}#{number}",
                image=f"{name}#{number}",
                points=value[:58].reshape(2, 29).T - 1,
                box=pixel_box(*box) - 1,
                visible=value[58:] == 0,
            )
            for number, (value, box) in enumerate(zip(values, boxes, strict=True))
        ]

    def image_fields(self, image: str) -> dict:
        """Pixels out of the file."""
        name, _, number = image.partition("#")
        with _h5py().File(self.required(name)) as file:
            references = file[VARIABLES[self.split][0]][()].ravel()
            # MATLAB stores columns first: [3,W,H], or [W,H] where it is grey.
            pixels = np.atleast_3d(file[references[int(number)]][()].T)
        rgb = np.broadcast_to(pixels, (*pixels.shape[:2], 3))
        return {
            "img_path": str(self.root / image),
            "img": np.ascontiguousarray(rgb[..., ::-1]),
        }


def _h5py() -> ModuleType:
    try:
        import h5py
    except ImportError as error:
        raise ImportError(
            "COFW comes as HDF5 (MATLAB v7.3), which needs: pip install h5py"
        ) from error
    return h5py
