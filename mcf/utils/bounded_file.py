"""Files from elsewhere, read within limits and with errors that name them."""

import io
import json
import os
import stat
from pathlib import Path
from typing import BinaryIO

MAX_IMAGE_BYTES = 2**28
"""Larger encoded images are not read; no photo below the pixel limit is larger."""
MAX_TEXT_BYTES = 2**29
"""Larger text (annotations, JSON) is not read; parsed, it takes about ten times it."""


def open_regular(path: str | bytes | Path) -> BinaryIO:
    """Open a regular file for reading, unbuffered; a pipe would wait for ever.

    Raises:
        FileNotFoundError: If there is none.
        io.UnsupportedOperation: If it is of another kind (an OSError and ValueError).
        OSError: If it cannot be opened.
    """

    def opener(name: str | bytes, flags: int) -> int:
        return os.open(name, flags | os.O_NONBLOCK)

    file = open(path, "rb", buffering=0, opener=opener)  # noqa: SIM115
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise io.UnsupportedOperation(f"{os.fsdecode(path)!r} is no regular file")
    return file


def read_bounded(path: str | bytes | Path, limit: int) -> bytes:
    """Bytes of a regular file.

    Args:
        path: The file.
        limit: Most bytes it may have.

    Raises:
        FileNotFoundError: If there is none.
        io.UnsupportedOperation: If it is larger or no regular file (an OSError and
            ValueError).
        OSError: If it cannot be read.
    """
    with open_regular(path) as file:
        size = os.fstat(file.fileno()).st_size
        if size > limit:
            raise io.UnsupportedOperation(
                f"{os.fsdecode(path)!r} has {size} bytes, over the limit of {limit}"
            )
        return file.read(limit)


def read_text(path: str | Path, limit: int = MAX_TEXT_BYTES) -> str:
    """UTF-8 text of a file.

    Raises:
        FileNotFoundError: If there is none.
        ValueError: If it is larger than ``limit`` bytes, or not UTF-8.
    """
    try:
        return read_bounded(path, limit).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"{str(path)!r} is no UTF-8 text: {error}") from error


def read_json(path: str | Path, limit: int = MAX_TEXT_BYTES) -> object:
    """Content of a JSON file.

    Raises:
        FileNotFoundError: If there is none.
        ValueError: If it is larger than ``limit`` bytes, or no JSON.
    """
    text = read_text(path, limit)
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{str(path)!r} is no JSON: {error}") from error
