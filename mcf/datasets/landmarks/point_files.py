"""Text files of landmarks."""

from pathlib import Path

import numpy as np

from mcf.utils.bounded_file import read_text

MAX_BYTES = 2**20
"""Of the points of one face."""


def read_pts(path: Path) -> np.ndarray:
    """Points of a ``.pts`` file as written, [n,2]; in 300W they are 1-based.

    Raises:
        ValueError: If there is no list of points in braces, its length is not that of
            the header, or the file is over :data:`MAX_BYTES`.
    """
    head, opening, rest = read_text(path, MAX_BYTES).partition("{")
    body, closing, _ = rest.partition("}")
    if not opening or not closing:
        raise ValueError(f"{path}: no points in braces, is this a .pts file?")
    points = as_points(body.split(), path)
    fields = dict(line.split(":", 1) for line in head.splitlines() if ":" in line)
    stated = fields.get("n_points", str(len(points))).strip()
    if stated != str(len(points)):
        raise ValueError(f"{path}: n_points says {stated}, but {len(points)} follow")
    return points


def as_points(words: list[str], place: object) -> np.ndarray:
    """Numbers x y x y ... as [n,2].

    Args:
        words: The numbers; ``nan`` is one.
        place: File or line, for messages.

    Raises:
        ValueError: If a word is no number, or a y is missing.
    """
    try:
        return np.array([float(word) for word in words]).reshape(-1, 2)
    except ValueError as error:
        raise ValueError(f"{place}: not a list of x y: {error}") from error
