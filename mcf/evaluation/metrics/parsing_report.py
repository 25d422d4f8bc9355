"""Parsing scores as text and as files."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mcf.evaluation.functional import foreground_mean
from mcf.evaluation.functional.class_scores import class_scores
from mcf.utils.tables import align, write_rows

BACKGROUND = 0
"""Class that means leave out."""


@dataclass(frozen=True)
class ImageResult:
    """What became of one image.

    Attributes:
        image: Its path.
        shape: Height and width of the ground truth that it was compared at.
        confusion: Its confusion matrix [K,K].
    """

    image: str
    shape: tuple[int, int]
    confusion: np.ndarray


def summarise(confusion: np.ndarray) -> dict[str, float]:
    """Means in percent: ``mF1``, ``mIoU``, ``mAcc`` over the foreground, ``aAcc``."""
    scores = class_scores(confusion)
    return {
        "mF1": 100 * foreground_mean(scores.f1, background=BACKGROUND),
        "mIoU": 100 * foreground_mean(scores.iou, background=BACKGROUND),
        "mAcc": 100 * foreground_mean(scores.accuracy, background=BACKGROUND),
        "aAcc": 100 * scores.pixel_accuracy,
    }


def describe(
    results: Sequence[ImageResult], classes: Sequence[str], dataset: str
) -> str:
    """Table of all classes, with what was evaluated, at which size and how."""
    confusion = sum(result.confusion for result in results)
    scores, means = class_scores(confusion), summarise(confusion)
    true = confusion.sum(axis=1)
    columns = (scores.f1, scores.iou, scores.accuracy)
    rows = [["id", "class", "F1", "IoU", "accuracy", "true pixels"]]
    for index, name in enumerate(classes):
        cells = [_percent(100 * values[index]) for values in columns]
        rows.append([str(index), name, *cells, f"{true[index]:,}"])
    averaged = [n for i, n in enumerate(classes) if i != BACKGROUND and true[i]]
    absent = [name for name, pixels in zip(classes, true) if not pixels]
    cells = [_percent(means[key]) for key in ("mF1", "mIoU", "mAcc")]
    rows.append(["", f"mean of {len(averaged)}", *cells, ""])
    lines = [
        f"Parsing of {len(results)} images of {dataset}, in percent, from one "
        "confusion matrix",
        f"at the size of the ground truth: {_sizes(results)}",
        *align(rows, text_columns=2),
        f"all pixels, background included: {_percent(means['aAcc'])} right",
        f"mean over the foreground: {', '.join(averaged) or 'none'}",
    ]
    if absent:
        lines.append(
            "absent from the ground truth, hence without score and left out of the "
            f"mean: {', '.join(absent)}"
        )
    return "\n".join(lines)


def write_images(
    results: Sequence[ImageResult], classes: Sequence[str], path: str | Path
) -> None:
    """Write the scores of each image, in percent, as JSON or CSV.

    Scores that do not exist (of classes that an image does not show) are null or
    empty.
    """
    rows = []
    for result in results:
        f1 = 100 * class_scores(result.confusion).f1
        numbers = summarise(result.confusion) | {
            f"F1/{name}": value for name, value in zip(classes, f1)
        }
        height, width = result.shape
        rows.append(
            {"image": result.image, "height": height, "width": width}
            | {key: _round(value) for key, value in numbers.items()}
        )
    write_rows(rows, path)


def write_confusion(
    confusion: np.ndarray, classes: Sequence[str], path: str | Path
) -> None:
    """Write pixel counts as JSON or CSV, one row a true class."""
    rows = [
        {"true class": name} | dict(zip(classes, counts.tolist()))
        for name, counts in zip(classes, confusion)
    ]
    write_rows(rows, path)


def _round(value: float) -> float | None:
    return None if math.isnan(value) else round(float(value), 4)


def _percent(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:.2f}"


def _sizes(results: Sequence[ImageResult]) -> str:
    """Width and height of all images, or the smallest and largest."""
    shapes = {result.shape for result in results}
    by_area = sorted(shapes, key=lambda shape: (shape[0] * shape[1], shape))
    first, last = (f"{width}x{height}" for height, width in (by_area[0], by_area[-1]))
    if len(shapes) == 1:
        return f"{first} (width x height)"
    return f"{len(shapes)} sizes from {first} to {last} (width x height)"
