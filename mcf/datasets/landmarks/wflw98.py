"""WFLW."""

from collections.abc import Iterator

import numpy as np

from mcf.datasets.landmarks.annotation import FaceAnnotation
from mcf.datasets.landmarks.base import FaceLandmarkDataset, relative
from mcf.datasets.landmarks.point_files import as_points
from mcf.registry import DATASETS
from mcf.utils.bounded_file import read_text

LISTS = "WFLW_annotations/list_98pt_rect_attr_train_test/list_98pt_rect_attr_{}.txt"
SUBSET_LISTS = "WFLW_annotations/list_98pt_test/list_98pt_test_{}.txt"
SUBSETS = ("largepose", "expression", "illumination", "makeup", "occlusion", "blur")
COORDINATES = 196
RECT_AND_FLAGS = 10

Key = tuple[str, bytes]


@DATASETS.register_module()
class WFLW98(FaceLandmarkDataset):
    """WFLW: 98 points, one line a face (protocol §3.3).

    An image may hold several annotated faces, so the subsets of the test split are
    joined on image and coordinates. ``box='annotated'`` is the set's own rectangle;
    the literature crops the square around the landmarks, which knows the answer.
    """

    NAME = "wflw"
    SCHEMA = "wflw98"
    SITE = "https://wywu.github.io/projects/LAB/WFLW.html"
    PUBLISHED = {
        "train": {"full": 7500},
        "test": {
            "full": 2500,
            "largepose": 326,
            "expression": 314,
            "illumination": 698,
            "makeup": 206,
            "occlusion": 736,
            "blur": 773,
        },
    }

    def read(self) -> list[FaceAnnotation]:
        """Faces in the order of the list."""
        rows = list(self._rows(LISTS.format(self.split), extra=RECT_AND_FLAGS))
        subsets = self._subsets({_key(image, points) for _, image, points, _ in rows})
        return [
            FaceAnnotation(
                source=place,
                image=image,
                points=points,
                box=as_points(extra[:4], place).ravel(),
                subsets=tuple(subsets.get(_key(image, points), ())),
            )
            for place, image, points, extra in rows
        ]

    def _subsets(self, known: set[Key]) -> dict[Key, list[str]]:
        """Names of the subsets by face; only the test split has any."""
        subsets: dict[Key, list[str]] = {}
        for name in SUBSETS if self.split == "test" else ():
            for place, image, points, _ in self._rows(SUBSET_LISTS.format(name)):
                key = _key(image, points)
                if key not in known:
                    raise ValueError(f"{place}: no such face is in the test list")
                subsets.setdefault(key, []).append(name)
        return subsets

    def _rows(
        self, path: str, *, extra: int = 0
    ) -> Iterator[tuple[str, str, np.ndarray, list[str]]]:
        """Place, image, points and further columns of each line of a list."""
        lines = read_text(self.required(path)).splitlines()
        for number, line in enumerate(lines, start=1):
            place = f"{path.rpartition('/')[2]} line {number}"
            columns = line.split(maxsplit=COORDINATES + extra)
            if len(columns) != COORDINATES + extra + 1:
                raise ValueError(
                    f"{place}: {len(columns)} columns, but {COORDINATES + extra + 1} "
                    "are expected"
                )
            points = as_points(columns[:COORDINATES], place)
            image = f"WFLW_images/{relative(columns[-1].strip(), place)}"
            yield place, image, points, columns[COORDINATES:-1]


def _key(image: str, points: np.ndarray) -> Key:
    """What makes a face the same in two lists: image, and points to 0.001 pixel."""
    return image, np.nan_to_num(np.round(points * 1000)).astype(np.int64).tobytes()
