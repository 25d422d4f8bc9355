"""Weights of classes that are not equally frequent."""

from collections.abc import Sequence


def balanced_weights(counts: Sequence[int], *, beta: float = 1.0) -> list[float]:
    """Weights for ``class_weight`` of mmpretrain's ``CrossEntropyLoss``.

    Args:
        counts: Faces of each class in the training part.
        beta: In [0, 1]. 1 weights by the inverse of the number of faces, 0 not at all,
            between by the inverse effective number (1 - βⁿ) / (1 - β) of arXiv
            1901.05555.

    Returns:
        One a class, mean 1.

    Raises:
        ValueError: If a class has no face, or ``beta`` is out of range.
    """
    if not counts or min(counts) < 1 or not 0 <= beta <= 1:
        raise ValueError(
            f"counts={list(counts)} must be 1 and more and beta={beta} in 0..1"
        )
    if beta == 1:
        rarity = [1 / count for count in counts]
    else:
        rarity = [(1 - beta) / (1 - beta**count) for count in counts]
    mean = sum(rarity) / len(rarity)
    return [value / mean for value in rarity]
