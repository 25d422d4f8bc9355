"""COFW."""

import numpy as np

from mcf.crops.boxes import pixel_box
from mcf.datasets.hdf5_file import open_hdf5, read_numbers
from mcf.datasets.landmarks.annotation import FaceAnnotation
from mcf.datasets.landmarks.base import FaceLandmarkDataset
from mcf.registry import DATASETS

VARIABLES = {
    "train": ("IsTr", "phisTr", "bboxesTr"),
    "test": ("IsT", "phisT", "bboxesT"),
}
"""Images, points and boxes of a split."""
VALUES = 3 * 29
MAX_FACES, MAX_PIXELS = 100_000, 50_000_000


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
        with open_hdf5(self.required(name)) as file:
            absent = [key for key in (images, values, boxes) if key not in file]
            if absent:
                raise ValueError(f"{self.root / name} lacks {', '.join(absent)}")
            values = read_numbers(file[values], (VALUES, None), MAX_FACES)
            boxes = read_numbers(file[boxes], (4, values.shape[1]), MAX_FACES)
            values, boxes = values.T, boxes.T
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
        with open_hdf5(self.required(name)) as file:
            references = file[VARIABLES[self.split][0]]
            if references.size > MAX_FACES:
                raise ValueError(f"there are {references.size} images")
            stored = file[references[()].ravel()[int(number)]]
            # MATLAB stores columns first: [3,W,H], or [W,H] where it is grey.
            grey = stored.ndim == 2
            if stored.size > 3 * MAX_PIXELS or stored.dtype != np.uint8:
                raise ValueError(f"image {number} is {stored.dtype} {stored.shape}")
            if not grey and (stored.ndim != 3 or stored.shape[0] not in (1, 3)):
                raise ValueError(f"image {number} has the shape {stored.shape}")
            pixels = np.atleast_3d(stored[()].T)
        rgb = np.broadcast_to(pixels, (*pixels.shape[:2], 3))
        return {
            "img_path": str(self.root / image),
            "img": np.ascontiguousarray(rgb[..., ::-1]),
        }
