"""AFLW-19."""

from pathlib import Path, PurePosixPath

import numpy as np

from mcf.datasets.landmarks.annotation import FaceAnnotation
from mcf.datasets.landmarks.base import FaceLandmarkDataset, relative
from mcf.datasets.landmarks.mat_file import read_mat
from mcf.registry import DATASETS

INFO = "AFLWinfo_release.mat"
IMAGES = "data/flickr"
VARIABLES = ("bbox", "data", "mask_new", "nameList", "ra")
TRAIN_FACES = 20_000
POINTS = 19
OTHER_SUFFIX = {".jpg": ".png", ".png": ".jpg"}


Info = tuple[list[str], np.ndarray, np.ndarray, np.ndarray, np.ndarray]


@DATASETS.register_module()
class AFLW19(FaceLandmarkDataset):
    """AFLW with 19 points: one ``.mat`` for all faces (protocol §3.5).

    The test split has the subset frontal: all points visible. Boxes are the annotated
    ones. Points and boxes are taken as stored, hidden points too. An image that the
    list calls jpg may be a png and the other way round.
    """

    NAME = "aflw19"
    SCHEMA = "aflw19"
    SITE = (
        "http://mmlab.ie.cuhk.edu.hk/projects/compositional.html (AFLWinfo_release.mat)"
        " and https://www.tugraz.at/institute/icg/research/team-bischof/lrs/downloads/"
        "aflw (images, data/flickr)"
    )
    DEFAULT_BOX = "annotated"
    SQUARE_BOXES = True
    PUBLISHED = {"train": {"full": 20_000}, "test": {"full": 4386, "frontal": 1314}}

    def read(self) -> list[FaceAnnotation]:
        """Faces in the order of the published permutation."""
        names, boxes, points, visible, order = _read_info(self.required(INFO))
        chosen = order[:TRAIN_FACES] if self.split == "train" else order[TRAIN_FACES:]
        return [
            FaceAnnotation(
                source=f"{INFO} row {row + 1} ({names[row]})",
                image=f"{IMAGES}/{names[row]}",
                points=points[row],
                box=boxes[row],
                visible=visible[row],
                subsets=self._subsets(visible[row]),
            )
            for row in chosen
        ]

    def image_fields(self, image: str) -> dict:
        """Fields of an image; the other suffix is tried where one is not there."""
        path = PurePosixPath(image)
        other = path.with_suffix(OTHER_SUFFIX.get(path.suffix, path.suffix))
        if not (self.root / path).is_file() and (self.root / other).is_file():
            return super().image_fields(str(other))
        return super().image_fields(image)

    def _subsets(self, visible: np.ndarray) -> tuple[str, ...]:
        return ("frontal",) if self.split == "test" and visible.all() else ()


def _read_info(path: Path) -> Info:
    """Names, boxes [N,4], points [N,19,2], visible [N,19], and the permutation."""
    info = read_mat(path, VARIABLES)
    absent = [name for name in VARIABLES if name not in info]
    if absent:
        raise ValueError(f"{path} lacks {', '.join(absent)}")
    try:
        names = [relative(str(name), INFO) for name in info["nameList"]]
        left, right, top, bottom = info["bbox"].astype(float).reshape(-1, 4).T
        boxes = np.stack([left, top, right, bottom], axis=1)
        count = len(names)
        points = info["data"].astype(float).reshape(count, 2, POINTS).swapaxes(1, 2)
        visible = info["mask_new"].reshape(count, POINTS) == 1
        order = info["ra"].ravel().astype(int) - 1
        if len(boxes) != count or not np.array_equal(np.sort(order), range(count)):
            raise ValueError("bbox, ra and nameList differ in length")
    except (IndexError, TypeError, ValueError) as error:
        raise ValueError(f"{path} is no list of AFLW's faces: {error!r}") from error
    return names, boxes, points, visible, order
