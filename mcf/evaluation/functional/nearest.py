"""Nearest neighbours by the angle between features."""

import numpy as np

CHUNK = 1024


def nearest(bank: np.ndarray, queries: np.ndarray, count: int) -> np.ndarray:
    """Indices of the features that point in the most similar direction.

    Directions are seen from the mean of the bank: what all features share would hide
    how they differ. The order among the neighbours is not defined.

    Args:
        bank: [N,D].
        queries: [M,D].
        count: Number of neighbours k.

    Returns:
        [M,k] int64, rows of the bank.

    Raises:
        ValueError: If ``count`` is not in 1..N.
    """
    if not 1 <= count <= len(bank):
        raise ValueError(f"cannot take {count} neighbours out of {len(bank)} features")
    centre = bank.mean(axis=0)
    bank, queries = _directions(bank - centre), _directions(queries - centre)
    found = [
        np.argpartition(queries[start : start + CHUNK] @ bank.T, -count)[:, -count:]
        for start in range(0, len(queries), CHUNK)
    ]
    return np.concatenate(found)


def _directions(features: np.ndarray) -> np.ndarray:
    length = np.linalg.norm(features, axis=1, keepdims=True)
    return (features / np.maximum(length, 1e-12)).astype(np.float32)
