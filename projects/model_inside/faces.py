"""Photographs with known answers, from the folder of real faces."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from mcf.crops.boxes import landmark_square, overlaps
from mcf.crops.face import Face
from mcf.crops.training_box import training_box
from mcf.datasets.landmarks.dlib_xml import read_dlib_xml
from mcf.datasets.landmarks.point_files import read_pts
from mcf.datasets.parsing.class_sets import CELEBAMASK_HQ, LAPA
from mcf.detection import Finder
from mcf.detection.source_image import SourceImage

OVERLAP = 0.3
"""Least intersection over union of a found with a known face."""
IGNORED = 255
TO_LAPA = {
    "skin": "skin",
    "nose": "nose",
    "l_brow": "left_eyebrow",
    "r_brow": "right_eyebrow",
    "l_eye": "left_eye",
    "r_eye": "right_eye",
    "u_lip": "upper_lip",
    "mouth": "inner_mouth",
    "l_lip": "lower_lip",
    "hair": "hair",
}
"""Classes of CelebAMask-HQ that LaPa has too. Pixels of glasses are not counted, for
they hide what is behind; all others are background, as in LaPa."""


@dataclass(frozen=True)
class AnnotatedPhoto:
    """A photograph and the 68 points of its faces.

    Attributes:
        name: For messages.
        image: uint8 BGR.
        points: [F,68,2].
    """

    name: str
    image: np.ndarray
    points: np.ndarray


def annotated_photos(root: Path) -> Iterator[AnnotatedPhoto]:
    """The 48 faces of ``dlib_faces_68`` and ``lfpw5_68``, annotated by hand."""
    folder = root / "faces_samples/dlib_faces_68"
    known: dict[str, list[np.ndarray]] = {}
    for xml in sorted(folder.glob("*.xml")):
        for face in read_dlib_xml(xml):
            known.setdefault(face.image, []).append(face.points)
    for name, points in known.items():
        yield AnnotatedPhoto(name, cv2.imread(str(folder / name)), np.stack(points))
    for path in sorted((root / "faces_samples/lfpw5_68").glob("*.pts")):
        image = cv2.imread(str(path.with_suffix(".jpg")))
        yield AnnotatedPhoto(path.stem, image, (read_pts(path) - 1)[None])


def video_frames(root: Path) -> Iterator[AnnotatedPhoto]:
    """150 frames of YouTube Faces with automatic points: to choose by."""
    folder = root / "faces_samples/youtube_faces_68"
    with (folder / "keypoints68.csv").open(newline="") as file:
        for row in list(csv.reader(file))[1:]:
            points = np.array(row[1:137], float).reshape(1, 68, 2)
            yield AnnotatedPhoto(
                row[0], cv2.imread(str(folder / "images" / row[0])), points
            )


def match(photo: AnnotatedPhoto, find: Finder) -> list[Face | None]:
    """The detection of each known face, None where there is none."""
    found = find(photo.image, SourceImage(photo.name))
    boxes = np.array([training_box(face.box, "landmarks") for face in found])
    matched = []
    for points in photo.points:
        shared = overlaps(landmark_square(points), boxes) if len(found) else [0]
        best = int(np.argmax(shared))
        matched.append(found[best] if shared[best] >= OVERLAP else None)
    return matched


def parsed_photos(folder: Path) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """Photos of CelebAMask-HQ in ``images/`` below a folder, masks in LaPa's classes.

    Yields:
        Name, uint8 BGR image, label map of the same size.
    """
    table = np.zeros(256, np.uint8)
    for i, name in enumerate(CELEBAMASK_HQ["official"].classes):
        if name in TO_LAPA:
            table[i] = LAPA.classes.index(TO_LAPA[name])
        elif name == "eye_g":
            table[i] = IGNORED
    for path in sorted(folder.rglob("images/*.jpg")):
        (mask,) = path.parents[1].glob(f"*/{path.stem}.png")
        with Image.open(mask) as labels:
            yield path.stem, cv2.imread(str(path)), table[np.array(labels)]
