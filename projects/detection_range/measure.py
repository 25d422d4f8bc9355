"""Faces found, and found twice, over their size: recall and duplicates in a table.

    python -m projects.detection_range.measure [--photos FOLDER] [--count 20]

Each photo holds one face. What the detector finds at a longer side of 320 pixels, where
its anchors fit, is taken for the truth.
"""

import argparse
import sys
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

from mcf.crops.boxes import overlaps
from mcf.crops.face import Face
from mcf.detection import Finder, RetinaFace
from mcf.detection.source_image import SourceImage
from mcf.drawn_faces import draw_face
from mcf.inference import read_photos
from mcf.utils.tables import markdown_table

TRUSTED, DRAWN = 320, 512
SIDES = (16, 32, 64, 128, 256, 512, 768, 1024, 1536, 2048, 3000, 4000)
"""Of photos that a face fills, in pixels."""
WIDE = {"1,024 x 1,024": (1024, 1024), "4,000 x 500": (4000, 500)}
"""Width and height of pictures in which a photo of some side stands."""
IN_WIDE = (16, 24, 32, 64, 128, 256, 500)
FOUND, GREY = 0.5, 128


class Rates(NamedTuple):
    """What became of the faces.

    Attributes:
        recall: Share of faces with a box that overlaps the true one by over a half.
        duplicates: Further boxes a face.
    """

    recall: float
    duplicates: float


def rates(
    find: Finder,
    photos: list[np.ndarray],
    place: Callable[[np.ndarray], tuple[np.ndarray, float]],
) -> Rates:
    """Recall and duplicates of a detector on photos of one face each.

    Args:
        find: The opened detector.
        photos: uint8 BGR [H,W,3], in each of which it finds a face at 320 pixels.
        place: Picture to look at, and side of a photo's pixel in it; the photo's upper
            left corner stays in the picture's.
    """
    hits = boxes = 0
    for photo in photos:
        truth = border_box(true_face(find, photo))
        picture, scale = place(photo)
        faces = find(picture, SourceImage(""))
        if faces:
            found = np.stack([border_box(face) for face in faces])
            hits += overlaps(truth * scale, found).max() > FOUND
        boxes += max(0, len(faces) - 1)
    return Rates(hits / len(photos), boxes / len(photos))


def true_face(find: Finder, photo: np.ndarray) -> Face | None:
    """The best face of a photo in its own pixels, detected at 320; None without one."""
    small, scale = resized(photo, TRUSTED)
    for face in find(small, SourceImage("")):
        return Face((border_box(face)) / scale - 0.5, face.score)
    return None


def border_box(face: Face) -> np.ndarray:
    """Box [4] in coordinates that begin at the image's border."""
    return face.box + 0.5


def resized(photo: np.ndarray, side: int) -> tuple[np.ndarray, float]:
    """Photo with a longer side, and the scale."""
    scale = side / max(photo.shape[:2])
    size = [max(1, round(length * scale)) for length in photo.shape[1::-1]]
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return cv2.resize(photo, size, interpolation=method), scale


def framed(
    photo: np.ndarray, side: int, size: tuple[int, int]
) -> tuple[np.ndarray, float]:
    """Photo of a side in a grey picture of a width and height, and its scale."""
    small, scale = resized(photo, side)
    picture = np.full((size[1], size[0], 3), GREY, np.uint8)
    picture[: small.shape[0], : small.shape[1]] = small
    return picture, scale


def table(find: Finder, photos: list[np.ndarray]) -> Iterator[str]:
    """Lines of Markdown: photos by their side, then photos within larger pictures."""
    rows = [
        (f"{side:,}", "the photo", *_cells(find, photos, lambda p: resized(p, side)))  # noqa: B023
        for side in SIDES
    ]
    rows += [
        (f"{side}", name, *_cells(find, photos, lambda p: framed(p, side, size)))  # noqa: B023
        for name, size in WIDE.items()
        for side in IN_WIDE
    ]
    head = ("side of the photo", "in a picture of", "recall", "duplicates a face")
    yield from markdown_table(head, rows)


def _cells(find: Finder, photos: list[np.ndarray], place: Callable) -> tuple[str, str]:
    found = rates(find, photos, place)
    return f"{found.recall:.0%}", f"{found.duplicates:.2f}"


def main() -> None:
    """Measure drawn faces, or a folder's photos, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--photos", type=Path, help="folder of photos of one face each")
    parser.add_argument("--count", type=int, default=20, help="faces")
    args = parser.parse_args()
    find = RetinaFace().open()
    if args.photos is None:
        images = (draw_face(seed, DRAWN).image[..., ::-1] for seed in range(args.count))
    else:
        photos = islice(read_photos(args.photos), args.count)
        images = (photo.image for photo in photos if photo.image is not None)
    kept = [image for image in images if true_face(find, image) is not None]
    title = f"{len(kept)} photos with a face at {TRUSTED} pixels"
    sys.stdout.write("\n".join([title, "", *table(find, kept), ""]))


if __name__ == "__main__":
    main()
