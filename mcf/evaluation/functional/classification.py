"""Accuracy of classes, over faces and over classes."""

import numpy as np

from .parsing_f1 import confusion_matrix


def accuracy(predicted: np.ndarray, target: np.ndarray) -> float:
    """Share of faces that are classed right.

    Args:
        predicted: Class ids [N].
        target: Class ids [N].

    Raises:
        ValueError: If lengths differ or there is no face.
    """
    if np.shape(predicted) != np.shape(target) or not len(target):
        raise ValueError(
            f"predicted {np.shape(predicted)} and target {np.shape(target)} must be "
            "class ids of the same faces"
        )
    return float(np.equal(predicted, target).mean())


def class_accuracies(
    predicted: np.ndarray, target: np.ndarray, num_classes: int
) -> np.ndarray:
    """Share of the faces of each class that are classed right.

    The mean class accuracy is :func:`numpy.nanmean` of it; on a test set with as many
    faces in each class it equals the accuracy.

    Args:
        predicted: Class ids [N], integers.
        target: Class ids [N], integers.
        num_classes: K.

    Returns:
        [K], in 0..1; NaN for a class without a face.

    Raises:
        ValueError: If lengths differ or an id is not in 0..K-1.
    """
    confusion = confusion_matrix(np.asarray(target), np.asarray(predicted), num_classes)
    count = confusion.sum(axis=1)
    shares = np.full(num_classes, np.nan)
    np.divide(np.diag(confusion), count, out=shares, where=count > 0)
    return shares
