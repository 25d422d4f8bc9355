"""Folders that are either complete or absent, whenever the process may be killed."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mcf.utils.lock import HOLDER, held


@contextmanager
def whole_folder(folder: str | Path, *, replace: bool = False) -> Iterator[Path]:
    """Empty folder that takes its place, on disk, when all went well.

    Until then it lies in ``.NAME.new`` beside it: the only thing that a kill can leave,
    and gone with the next one that is written there.

    Args:
        folder: The folder.
        replace: Whether one that is there is replaced.

    Raises:
        ValueError: If it is there and not to be replaced, or another process is
            writing it.
        OSError: If it cannot be written; nothing is left behind then.
    """
    folder = Path(folder)
    if folder.exists() and not replace:
        raise ValueError(f"{str(folder)!r} exists; remove it or name another")
    workshop = folder.with_name(f".{folder.name}.new")
    with held(workshop):
        try:
            _tidy(workshop, folder)
            building = workshop / "new"
            building.mkdir()
            yield building
            for path in (*building.iterdir(), building):
                _sync(path)
            if replace and folder.exists():  # its removal takes long: first its name
                folder.rename(workshop / "old")
            building.rename(folder)
            _sync(folder.parent)
        finally:
            _tidy(workshop, folder)
            shutil.rmtree(workshop, ignore_errors=True)


def _tidy(workshop: Path, folder: Path) -> None:
    """Empty the workshop, giving back a folder whose successor did not come."""
    if (workshop / "old").exists() and not folder.exists():
        (workshop / "old").rename(folder)
    for path in workshop.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name != HOLDER:
            path.unlink()


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
