"""Where LaPa's official download keeps what (protocol §3.1)."""

from pathlib import Path

import numpy as np

from mcf.utils.bounded_file import read_text

SPLITS = {"train": range(18_161, 18_201), "val": 2000, "test": 2000}
"""Images of each split; sources disagree about the first."""

SOURCE = (
    "expected is the folder LaPa of the official download, see "
    "github.com/JDAI-CV/lapa-dataset"
)
NUM_LANDMARKS = 106
MAX_BYTES = 2**20
"""Of a landmark file."""
ALIGNMENT_POINTS = (104, 105, 54, 84, 90)
"""Landmarks that FaRL aligns by: pupils, tip of the nose, corners of the mouth."""


def sample_paths(root: Path, split: str, name: str) -> tuple[Path, Path, Path]:
    """Photo, label map and landmarks of a sample."""
    folder = root / split
    return (
        folder / "images" / f"{name}.jpg",
        folder / "labels" / f"{name}.png",
        folder / "landmarks" / f"{name}.txt",
    )


def read_landmarks(path: str | Path) -> np.ndarray:
    """The 106 points of a landmark file, [106,2] of x and y.

    Raises:
        ValueError: If the file is not the number 106 and as many pairs of numbers.
    """
    text = read_text(path, MAX_BYTES)
    try:
        numbers = np.array([float(word) for word in text.split()])
    except ValueError as error:
        raise ValueError(f"{path} holds something other than numbers") from error
    if numbers.size != 1 + 2 * NUM_LANDMARKS or numbers[0] != NUM_LANDMARKS:
        raise ValueError(
            f"{path} has {numbers.size} numbers, but a LaPa file has "
            f"{1 + 2 * NUM_LANDMARKS}: {NUM_LANDMARKS} and the x and y of each point"
        )
    return numbers[1:].reshape(NUM_LANDMARKS, 2)
