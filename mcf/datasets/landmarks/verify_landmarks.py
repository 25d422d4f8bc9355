"""Checks of a landmark benchmark's download."""

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from mcf.crops.boxes import landmark_square
from mcf.datasets.landmarks import FaceAnnotation, FaceLandmarkDataset
from mcf.datasets.transforms import face_image
from mcf.datasets.verify_report import Count, SplitReport

FAR = 0.5
"""Sides of the face's square outside the image from which a point is a problem."""


def verify_landmarks(
    benchmark: type[FaceLandmarkDataset], root: str | Path, *, workers: int
) -> list[SplitReport]:
    """Compare a download with what is published, and read each of its files.

    Problems are: annotations that cannot be read, missing points, numbers that are
    not finite, boxes without size, boxes that are no squares where the published
    numbers rely on it (``SQUARE_BOXES``), missing and unreadable images, points far
    outside their image, the same points of the same image twice. Notes are: points a
    little outside, hidden ones anywhere outside, images that two splits share, and
    the absence of a split that comes apart (``EXTRA_SPLITS``).

    Args:
        benchmark: Data set class.
        root: Folder of the download.
        workers: Threads that decode images.

    Returns:
        A report for each split.
    """
    reports, images = [], {}
    for split in benchmark.SPLITS:
        dataset = benchmark(root, split=split, lazy_init=True)
        report = SplitReport(split)
        reports.append(report)
        faces = _read(report, dataset)
        _check_annotations(report, faces, dataset.schema.count)
        if dataset.SQUARE_BOXES:
            _check_squares(report, faces)
        _check_images(report, faces, dataset, workers)
        images[split] = {face.image for face in faces}
        for other in reports[:-1]:
            for image in sorted(images[split] & images[other.split]):
                report.add_note(f"images also in {other.split}", image)
    return reports


def _read(report: SplitReport, dataset: FaceLandmarkDataset) -> list[FaceAnnotation]:
    """Faces of a split, counted; none where that is impossible."""
    faces = []
    try:
        faces = dataset.read()
    except FileNotFoundError as error:
        if report.split in dataset.EXTRA_SPLITS:
            report.add_note("this split is not there", str(error))
            return faces
        report.add_problem("annotations are missing", str(error))
    except (OSError, ValueError) as error:
        report.add_problem("annotations cannot be read", str(error))
    report.counts = _counts(faces, dataset.PUBLISHED[report.split])
    return faces


def _counts(
    faces: Sequence[FaceAnnotation], published: dict[str, int | range]
) -> list[Count]:
    found = Counter(subset for face in faces for subset in (*face.subsets, "full"))
    return [
        Count(subset, found[subset], number) for subset, number in published.items()
    ]


def _check_annotations(
    report: SplitReport, faces: Sequence[FaceAnnotation], count: int
) -> None:
    seen: dict[tuple[str, bytes], str] = {}
    for face in faces:
        for fault in face.faults(count):
            report.add_problem("unusable annotations", f"{face.source}: {fault}")
        key = (face.image, face.points[face.known].tobytes())
        if key in seen:
            report.add_problem("faces listed twice", f"{face.source} and {seen[key]}")
        seen[key] = face.source


def _check_squares(report: SplitReport, faces: Sequence[FaceAnnotation]) -> None:
    for face in faces:
        width, height = face.box[2:] - face.box[:2]
        if not np.isclose(width, height):
            place = f"{face.source}: {width:g} x {height:g}"
            report.add_problem("boxes that are no squares", place)


def _check_images(
    report: SplitReport,
    faces: Sequence[FaceAnnotation],
    dataset: FaceLandmarkDataset,
    workers: int,
) -> None:
    images = list(dict.fromkeys(face.image for face in faces))

    def measure(image: str) -> tuple[int, int] | Exception:
        try:
            return _size(dataset, image)
        except (OSError, ValueError, KeyError) as error:
            return error

    with ThreadPoolExecutor(workers) as pool:
        sizes = dict(zip(images, pool.map(measure, images), strict=True))
    for image, size in sizes.items():
        if isinstance(size, FileNotFoundError):
            report.add_problem("missing images", image)
        elif isinstance(size, Exception):
            reason = size.__cause__ or size  # which does not repeat the image's path
            report.add_problem("unreadable images", f"{image}: {reason}")
    for face in faces:
        if isinstance(sizes[face.image], tuple) and not face.faults(len(face.points)):
            check_extent(report, face, sizes[face.image])


def _size(dataset: FaceLandmarkDataset, image: str) -> tuple[int, int]:
    """Width and height of an image that was decoded in full."""
    fields = dataset.image_fields(image)
    pixels = face_image(fields)
    return pixels.shape[1], pixels.shape[0]


def check_extent(
    report: SplitReport, face: FaceAnnotation, size: tuple[int, int]
) -> None:
    """Report the points of a face that are outside its image.

    Args:
        report: Gets a problem for visible points farther outside than `FAR` sides of
            the face's square, and a note for all others.
        face: A sound annotation.
        size: Width and height of its image.
    """
    last = np.array(size) - 0.5
    points = face.points[face.known]
    outside = np.maximum(-0.5 - points, points - last).max(axis=1).clip(0)
    visible = np.ones(len(outside), bool)
    if face.visible is not None:
        visible = face.visible[face.known]
    square = landmark_square(points)
    detail = f"{face.source}: {{}} points, at most {{:.1f}} pixels"
    far = visible & (outside > FAR * (square[2] - square[0]))
    near = (outside > 0) & ~far
    if far.any():
        place = detail.format(far.sum(), outside[far].max())
        report.add_problem("points far outside the image", place)
    if near.any():
        place = detail.format(near.sum(), outside[near].max())
        report.add_note("points outside the image", place)
