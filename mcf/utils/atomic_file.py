"""Files that are either complete or absent, whenever the process may be killed."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def whole_file(path: str | Path) -> Iterator[BinaryIO]:
    """File under a temporary name that gets its own, on disk, when all went well.

    A reader sees the old file or the new one, never a part of either. The temporary
    name is fixed, so what a killed process left behind is overwritten next time.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.tmp")
    try:
        with temporary.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    if hasattr(os, "O_DIRECTORY"):  # POSIX: the rename itself must reach the disk
        folder = os.open(path.parent, os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def write_atomically(data: bytes, path: str | Path) -> None:
    """Write ``data`` through :func:`whole_file`."""
    with whole_file(path) as file:
        file.write(data)


def save_atomically(content: object, path: str | Path) -> None:
    """``torch.save`` through :func:`whole_file`."""
    import torch  # here, for workers without networks use the rest of this file

    with whole_file(path) as file:
        torch.save(content, file)
