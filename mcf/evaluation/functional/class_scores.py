"""All scores of label maps from one confusion matrix."""

from dataclasses import dataclass

import numpy as np

from .parsing_f1 import class_f1


@dataclass(frozen=True)
class ClassScores:
    """Scores of each class, as ratios; NaN for classes absent from the ground truth.

    An absent class has no true pixel to find, so it takes no part in means. What is
    predicted as it still counts against the classes that are really there.

    Attributes:
        f1: 2·TP / (predicted + true pixels) [K] (protocol §2.4).
        iou: TP / (predicted or true pixels) [K].
        accuracy: TP / true pixels [K].
        pixel_accuracy: Share of all pixels, background included, that are right.
    """

    f1: np.ndarray
    iou: np.ndarray
    accuracy: np.ndarray
    pixel_accuracy: float


def class_scores(confusion: np.ndarray) -> ClassScores:
    """Scores from a confusion matrix [K,K] (rows true, columns predicted).

    One without any pixel gives NaN throughout.
    """
    hits = np.diag(confusion).astype(np.float64)
    true, predicted = confusion.sum(axis=1), confusion.sum(axis=0)
    true_or_nan = np.where(true > 0, true, np.nan)
    total = confusion.sum()
    return ClassScores(
        f1=np.where(true > 0, class_f1(confusion), np.nan),
        iou=hits / (predicted + true_or_nan - hits),
        accuracy=hits / true_or_nan,
        pixel_accuracy=float(hits.sum() / total) if total else float("nan"),
    )
