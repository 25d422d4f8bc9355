"""Files that are either complete or absent, whenever the process may be killed."""

import errno
import hashlib
import io
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from mcf.utils.lock import NO_LOCKS, is_named, open_locked

LONGEST_NAME = 200
"""Bytes of a file's name that its temporary name repeats; longer ones are hashed."""

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""Errors of a disk, quota or file that takes no more."""


@contextmanager
def whole_file(path: str | Path) -> Iterator[BinaryIO]:
    """File under a temporary name that gets its own, on disk, when all went well.

    A reader sees the old file or the new one, never a part of either, however many
    write it at once: the last one stands. A temporary name belongs to one writer at a
    time; one that a killed process left behind is used again by the next writer. It
    begins with a dot and ends in ``.tmp``, as no result does, and is the file's
    ``name`` for libraries that write to paths only.

    Raises:
        OSError: If it cannot be written, naming ``path``; nothing is left behind then.
    """
    path = Path(path)
    if path.is_char_device() or path.is_fifo():  # such as /dev/null
        with path.open("wb") as file:
            yield file
        return
    with _naming(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary, descriptor = _temporary(path)
    raw = _NamedFile(descriptor, temporary, path)
    try:
        raw.truncate()
        file = io.BufferedWriter(raw)
        yield file
        with _naming(path):
            file.flush()
            os.fsync(descriptor)
            temporary.replace(path)
    except BaseException:
        if is_named(descriptor, temporary):
            temporary.unlink()
        raise
    finally:
        raw.close()  # first, for what is left in the buffer does not count any more
    with _naming(path):
        _sync_folder(path.parent)


def write_atomically(data: bytes | str, path: str | Path) -> None:
    """Write ``data``, text as UTF-8, through :func:`whole_file`."""
    with whole_file(path) as file:
        file.write(data.encode() if isinstance(data, str) else data)


def write_json(content: object, path: str | Path, *, indent: int = 2) -> None:
    """Write plain values as JSON through :func:`whole_file`."""
    write_atomically(json.dumps(content, indent=indent) + "\n", path)


def save_atomically(content: object, path: str | Path) -> None:
    """``torch.save`` through :func:`whole_file`.

    Raises:
        OSError: If the file cannot be written.
    """
    import torch  # here, for workers without networks use the rest of this file

    with whole_file(path) as file:
        try:
            torch.save(content, file)
        except RuntimeError as error:
            # Closing its archive, torch hides why that could not be written.
            if isinstance(error.__context__, OSError):
                raise error.__context__ from None
            raise


def append_whole(text: str, path: str | Path) -> None:
    """Add text to a file that one process writes; what does not fit whole is not added.

    Raises:
        OSError: If it cannot be written, naming ``path``.
    """
    path = Path(path)
    with _naming(path), path.open("ab", buffering=0) as file:
        end, data = file.tell(), text.encode()
        try:
            while data:
                data = data[file.write(data) :]
        except BaseException:
            file.truncate(end)
            raise


@contextmanager
def naming_full_disk(folder: str | Path) -> Iterator[None]:
    """Name the folder in errors of a full disk that name no file.

    For what other libraries write.
    """
    try:
        yield
    except OSError as error:
        if error.filename is None and error.errno in FULL:
            error.filename = str(folder)
        raise


class _NamedFile(io.FileIO):
    """File whose errors of writing name where its content shall go."""

    def __init__(self, descriptor: int, name: Path, path: Path) -> None:
        super().__init__(descriptor, "wb")
        self.name = str(name)
        self._path = path

    def write(self, data: bytes) -> int:
        with _naming(self._path):
            return super().write(data)


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Let errors name the file instead of its temporary name."""
    try:
        yield
    except OSError as error:
        if error.errno is not None:
            error.filename = str(path)
        if error.filename2 is not None:
            del error.filename2  # None would be told, too
        raise


def _temporary(path: Path) -> tuple[Path, int]:
    """The first name that no living writer holds, opened and locked."""
    name = path.name
    if len(os.fsencode(name)) > LONGEST_NAME:
        name = hashlib.sha256(os.fsencode(name)).hexdigest()
    temporary, number = path.with_name(f".{name}.tmp"), 0
    try:
        while (descriptor := open_locked(temporary)) is None:
            number += 1
            temporary = path.with_name(f".{name}-{number}.tmp")
    except OSError as error:
        if error.errno not in NO_LOCKS:
            raise
        # Nobody can hold a name here: drop it and take one that is new.
        temporary.unlink(missing_ok=True)
        temporary = path.with_name(f".{name}-{secrets.token_hex(8)}.tmp")
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        descriptor = os.open(temporary, flags, 0o666)
    return temporary, descriptor


def _sync_folder(folder: Path) -> None:
    """Let a rename reach the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
