"""F1 of face parsing from one confusion matrix over the whole test set."""

import numpy as np


def confusion_matrix(
    target: np.ndarray, predicted: np.ndarray, num_classes: int
) -> np.ndarray:
    """Number of pixels of each (true, predicted) pair of classes.

    Args:
        target: Class ids, any shape.
        predicted: Class ids, the same shape.
        num_classes: C.

    Returns:
        [C,C] int64, rows are true classes. Matrices of several images add up.

    Raises:
        ValueError: If shapes differ or an id is not in 0..C-1.
    """
    if target.shape != predicted.shape:
        raise ValueError(
            f"target {target.shape} and prediction {predicted.shape} differ in shape"
        )
    for name, ids in (("target", target), ("prediction", predicted)):
        if ids.size and not 0 <= ids.min() <= ids.max() < num_classes:
            raise ValueError(
                f"{name} has ids {ids.min()} to {ids.max()}, outside the {num_classes} "
                "classes"
            )
    pairs = target.astype(np.int64).ravel() * num_classes + predicted.ravel()
    counts = np.bincount(pairs, minlength=num_classes**2)
    return counts.reshape(num_classes, num_classes)


def class_f1(confusion: np.ndarray) -> np.ndarray:
    """F1 = 2 TP / (predicted + true) of each class (protocol §2.4).

    Args:
        confusion: [C,C].

    Returns:
        [C], in 0..1; NaN for a class that is neither in the truth nor predicted.
    """
    total = confusion.sum(axis=0) + confusion.sum(axis=1)
    f1 = np.full(len(confusion), np.nan)
    np.divide(2 * np.diag(confusion), total, out=f1, where=total > 0)
    return f1


def foreground_mean(scores: np.ndarray, *, background: int = 0) -> float:
    """Mean over classes without the background (protocol §4.14).

    Args:
        scores: [C]; NaN classes are left out.
        background: Its id.

    Returns:
        The mean; NaN if no class is left.
    """
    foreground = np.delete(scores, background)
    known = foreground[~np.isnan(foreground)]
    return float(known.mean()) if len(known) else float("nan")
