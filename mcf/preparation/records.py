"""What passes between the steps: units of work, source images, faces."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class Unit:
    """Share of a source that one worker prepares at a time.

    Attributes:
        index: Number of the unit in its source.
        name: What to call it in messages.
        items: What the source needs to read it; plain values.
    """

    index: int
    name: str
    items: tuple


@dataclass(frozen=True)
class SourceImage:
    """Encoded image as the source gives it.

    Attributes:
        name: Its name in the source; only an identifier, never used as a path.
        data: Its bytes; empty if there is a problem.
        columns: What the source tells about it (licence, NSFW, ...), as text.
        problem: ``kind: detail`` if it could not be read.
    """

    name: str
    data: bytes = b""
    columns: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""


@dataclass(frozen=True)
class Face:
    """Face in an image, in pixels of the upright image.

    Attributes:
        box: x1, y1, x2, y2 of its borders; a whole image of W columns is -0.5 to
            W - 0.5.
        score: Confidence of the detector.
        points: Eyes, nose tip and mouth corners [5,2], image-left first, or None.
    """

    box: np.ndarray
    score: float
    points: np.ndarray | None = None


def printable(name: bytes | str) -> str:
    r"""Name as valid UTF-8: bytes that are none appear as ``\xff``.

    Half a surrogate pair, as JSON may hold, appears as ``\ud83d``.
    """
    if isinstance(name, str):
        try:
            name = name.encode("utf-8", "surrogateescape")
        except UnicodeEncodeError:
            name = name.encode("utf-8", "backslashreplace")
    return name.decode("utf-8", "backslashreplace")


def as_text(value: object) -> str:
    """Value of a column as text; JSON where it is neither text, date nor the like.

    Whole numbers have no point: tables with gaps hold identifiers as ``1000.0``.
    """
    if isinstance(value, str | bytes):
        return printable(value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if value is None or isinstance(value, bool | int | float | list | dict):
        return json.dumps(value, default=str)
    return str(value)
