"""Pictures of typical results: unseen drawn faces whose error is near the median.

Writes ``points_and_parts.jpg``, ``alignment_typical.jpg`` and ``parsing_typical.jpg``.
"""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import mcf  # noqa: F401  first: it lets the host libraries import

# isort: split
import cv2
import numpy as np

from mcf.apis import FaceInferencer
from mcf.drawn_faces.lifelike import draw_lifelike
from mcf.evaluation.functional.nme import pair_distance
from mcf.evaluation.functional.parsing_f1 import (
    class_f1,
    confusion_matrix,
    foreground_mean,
)
from mcf.inference import FaceResult
from mcf.utils.atomic_file import write_atomically
from mcf.visualization.landmark_pictures import PredictedFace, landmark_sheet
from mcf.visualization.parsing_pictures import ParsedFace, parsing_sheet

FIRST_SEED = 20_000_000  # far from those of training
SIDE = 448
SECTION = 1.9  # times the longer side of a box
TILE = 256
CORNERS = (36, 45)


@dataclass(frozen=True)
class Found:
    """What was found in a drawn face, and what is in it."""

    name: str
    result: FaceResult
    landmarks: PredictedFace
    parts: ParsedFace


def find(inferencer: FaceInferencer, seed: int) -> Found | None:
    """Result of a drawn face; None if not exactly one face is found."""
    face = draw_lifelike(seed, SIDE)
    result = inferencer(np.ascontiguousarray(face.image[..., ::-1]))
    if len(result) != 1:
        return None
    labels, classes = result.mask(0), result.parsing.class_set.classes
    confusion = confusion_matrix(face.mask, labels, len(classes))
    truth = face.landmarks68
    return Found(
        name=str(seed),
        result=result,
        landmarks=PredictedFace(
            name=str(seed),
            image=face.image,
            box=result.boxes[0],
            points=result.landmarks.points[0],
            truth=truth,
            counted=np.ones(len(truth), bool),
            unit=float(pair_distance(truth[None], *CORNERS)[0]),
        ),
        parts=ParsedFace(
            name=str(seed),
            score=100 * foreground_mean(class_f1(confusion)),
            image=face.image,
            truth=face.mask.astype(int),
            predicted=labels.astype(int),
        ),
    )


def near_median(
    faces: Sequence[Found], count: int, key: Callable[[Found], float]
) -> list[Found]:
    """So many faces in the middle of all, ordered by a score."""
    start = (len(faces) - count) // 2
    return sorted(faces, key=key)[start : start + count]


def section(found: Found) -> np.ndarray:
    """The face with points and parts, and what is around it, RGB."""
    x1, y1, x2, y2 = found.result.boxes[0]
    half = min(SECTION * max(x2 - x1, y2 - y1), SIDE) / 2
    middle = np.array([(x1 + x2) / 2, (y1 + y2) / 2 - 0.1 * half])
    left, top = np.clip(middle - half, 0, SIDE - 2 * half).round().astype(int)
    picture = found.result.draw(opacity=0.4)
    picture = picture[top : top + round(2 * half), left : left + round(2 * half)]
    return cv2.resize(picture, (TILE, TILE), interpolation=cv2.INTER_AREA)


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("docs/images"))
    parser.add_argument("--count", type=int, default=100, help="faces to choose from")
    args = parser.parse_args(argv)
    inferencer = FaceInferencer()
    seeds = range(FIRST_SEED, FIRST_SEED + args.count)
    faces = [found for seed in seeds if (found := find(inferencer, seed))]

    by_points = near_median(faces, 6, lambda found: found.landmarks.nme)
    by_parts = near_median(faces, 3, lambda found: found.parts.score)
    classes = faces[0].result.parsing.class_set
    pictures = {
        "points_and_parts": np.concatenate([section(f) for f in by_points], axis=1),
        "alignment_typical": landmark_sheet([f.landmarks for f in by_points[1:5]]),
        "parsing_typical": parsing_sheet(
            [f.parts for f in by_parts], classes.classes, classes.colours
        ),
    }
    args.out.mkdir(parents=True, exist_ok=True)
    for name, picture in pictures.items():
        encoded = cv2.imencode(
            ".jpg", picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 88]
        )[1]
        write_atomically(encoded.tobytes(), args.out / f"{name}.jpg")
    errors = np.median([100 * found.landmarks.nme for found in faces])
    scores = np.median([found.parts.score for found in faces])
    print(f"{len(faces)} faces: median NME {errors:.2f} %, median F1 {scores:.1f} %")


if __name__ == "__main__":
    main()
