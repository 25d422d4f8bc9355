"""Table of the faces of a video: a row for each face in each frame."""

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, Protocol

import numpy as np

from mcf.utils.atomic_file import whole_file

from .video import VideoFrame

TableFormat = Literal["csv", "parquet"]
FORMATS: tuple[TableFormat, ...] = ("csv", "parquet")
WHOLE = ("frame", "face")
"""Columns of whole numbers; ``detected`` is 0 or 1, all others are real."""
BLOCK = 1000
"""Rows in a group of a Parquet file."""


class TrackTable(Protocol):
    """What takes the rows."""

    def add(self, frame: VideoFrame) -> None:
        """Add a row for each face of a frame."""


def columns(frame: VideoFrame) -> list[str]:
    """Names of the columns, which depend on the tasks but not on the faces."""
    names = ["frame", "time", "face", "detected", "score"]
    names += ["left", "top", "right", "bottom"]
    result = frame.result
    if result.landmarks is not None:
        names.append("points_score")
        count = result.landmarks.points.shape[1]
        names += [f"{axis}_{i}" for i in range(count) for axis in "xy"]
    if result.attributes is not None:
        names += [f"attribute_{name}" for name in result.attributes.names]
    if result.embeddings is not None:
        names += [f"embedding_{i}" for i in range(result.embeddings.shape[1])]
    return names


def rows(frame: VideoFrame) -> Iterator[list[float]]:
    """Values in the order of :func:`columns`, for each face."""
    result = frame.result
    for i, one in enumerate(frame.ids):
        values = [frame.number, frame.time, one, int(frame.detected[i])]
        parts = [result.scores[i : i + 1], result.boxes[i]]
        if result.landmarks is not None:
            parts.append(result.landmarks.scores[i].mean(keepdims=True))
            parts.append(result.landmarks.points[i].ravel())
        if result.attributes is not None:
            parts.append(result.attributes.probabilities[i])
        if result.embeddings is not None:
            parts.append(result.embeddings[i])
        yield [*values, *np.concatenate(parts).tolist()]


@contextmanager
def track_table(path: Path, kind: TableFormat) -> Iterator[TrackTable]:
    """File that gets its name when all rows are in it.

    Args:
        path: Of the file.
        kind: ``csv``, with 7 digits, or ``parquet``, which needs pyarrow.

    Raises:
        ImportError: If pyarrow is missing, with the remedy.
        OSError: If it cannot be written; nothing is left behind then.
    """
    with whole_file(path) as file:
        table = {"csv": _Csv, "parquet": _Parquet}[kind](file)
        yield table
        table.close()


class _Csv:
    def __init__(self, file: io.BufferedWriter) -> None:
        self._text = io.TextIOWrapper(file, "utf-8", newline="")
        self._writer = csv.writer(self._text, lineterminator="\n")
        self._names: list[str] | None = None

    def add(self, frame: VideoFrame) -> None:
        if self._names is None:
            self._names = columns(frame)
            self._writer.writerow(self._names)
        for values in rows(frame):
            self._writer.writerow([f"{value:.7g}" for value in values])

    def close(self) -> None:
        self._text.detach()


class _Parquet:
    def __init__(self, file: io.BufferedWriter) -> None:
        try:
            import pyarrow
            from pyarrow import parquet
        except ImportError as error:
            raise ImportError(
                "Parquet needs `pip install pyarrow`; or write CSV"
            ) from error
        self._arrow, self._parquet, self._file = pyarrow, parquet, file
        self._writer = self._schema = None
        self._rows: list[list[float]] = []

    def add(self, frame: VideoFrame) -> None:
        if self._writer is None:
            self._schema = self._arrow.schema(
                [(name, self._type(name)) for name in columns(frame)]
            )
            self._writer = self._parquet.ParquetWriter(self._file, self._schema)
        self._rows += rows(frame)
        if len(self._rows) >= BLOCK:
            self._write()

    def close(self) -> None:
        if self._writer is not None:
            self._write()
            self._writer.close()

    def _type(self, name: str) -> object:
        if name in WHOLE:
            return self._arrow.int32()
        if name == "detected":
            return self._arrow.bool_()
        return self._arrow.float64() if name == "time" else self._arrow.float32()

    def _write(self) -> None:
        values = zip(*self._rows) if self._rows else [[]] * len(self._schema)
        arrays = []
        for field, column in zip(self._schema, values):
            column = [bool(v) for v in column] if field.name == "detected" else column
            arrays.append(self._arrow.array(column, field.type))
        self._writer.write_table(self._arrow.table(arrays, schema=self._schema))
        self._rows = []
