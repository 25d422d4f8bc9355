"""Same person or not, from frozen features, on the official pairs of LFW."""

from pathlib import Path

import numpy as np

Pair = tuple[str, str, bool]


def read_pairs(path: Path) -> list[list[Pair]]:
    """Folds of ``pairs.txt``: file names of two images, and whether of one person."""
    header, *lines = path.read_text().splitlines()
    folds, half = (int(number) for number in header.split())
    pairs = [_pair(line.split()) for line in lines if line.strip()]
    size = 2 * half
    return [pairs[i * size : (i + 1) * size] for i in range(folds)]


def _pair(words: list[str]) -> Pair:
    if len(words) == 3:
        name, first, second = words
        return _file(name, first), _file(name, second), True
    name, first, other, second = words
    return _file(name, first), _file(other, second), False


def _file(name: str, number: str) -> str:
    return f"{name}_{int(number):04d}.jpg"


def pair_accuracy(features: dict[str, np.ndarray], path: Path) -> float:
    """Accuracy in percent of cosine similarity, mean over folds.

    The mean feature that is taken off, and the threshold, are those of the other nine
    folds.

    Args:
        features: [C] by file name.
        path: The official ``pairs.txt`` of View 2.
    """
    folds = read_pairs(path)
    accuracies = []
    for i, test in enumerate(folds):
        train = [pair for j, fold in enumerate(folds) if j != i for pair in fold]
        names = {name for first, second, _ in train for name in (first, second)}
        centre = np.mean([features[name] for name in sorted(names)], axis=0)
        threshold = _best_threshold(*_similarities(features, centre, train))
        similarity, same = _similarities(features, centre, test)
        accuracies.append(((similarity > threshold) == same).mean())
    return float(100 * np.mean(accuracies))


def _similarities(
    features: dict[str, np.ndarray], centre: np.ndarray, pairs: list[Pair]
) -> tuple[np.ndarray, np.ndarray]:
    first, second = (
        np.stack([features[pair[side]] for pair in pairs]) - centre for side in (0, 1)
    )
    lengths = np.linalg.norm(first, axis=1) * np.linalg.norm(second, axis=1)
    return (first * second).sum(axis=1) / lengths, np.array([p[2] for p in pairs])


def _best_threshold(similarity: np.ndarray, same: np.ndarray) -> float:
    """Threshold of the highest accuracy: above it is the same person."""
    order = similarity.argsort()
    similarity, same = similarity[order], same[order]
    # k lowest pairs called different: right on their different and the others' same
    right = np.concatenate([[0], (~same).cumsum()]) + np.concatenate(
        [same[::-1].cumsum()[::-1], [0]]
    )
    edges = np.concatenate([[-1.0], similarity, [1.0]])
    best = int(right.argmax())
    return float((edges[best] + edges[best + 1]) / 2)
