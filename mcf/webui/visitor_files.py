"""The folder for files to and from visitors, and its limits."""

import os
import shutil
import stat
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType

MAX_UPLOAD = 64 * 2**20
MAX_PIXELS = 50_000_000
"""Of an upload; anyone may send one, so less than what inference takes."""
TOTAL = 2 * 2**30
OLD = 3600
IDLE = 60
LEAST = 2**16
"""Bytes that a small file counts as, so that their number is bounded too."""
NOT_UPLOADED = "the page has no such upload: upload the picture again"


class NoRoomError(ValueError):
    """The server holds as much as it may, and none of it is idle."""


class VisitorFiles:
    """A temporary folder for uploads and results, removed by :meth:`close`.

    Files older than an hour are removed; where room is needed, the oldest that have
    been idle for a minute go first.

    Args:
        total: Most bytes of all files together.
        old: Seconds after which a file is removed.
        idle: Seconds before which none is removed to make room.
    """

    def __init__(
        self, *, total: int = TOTAL, old: float = OLD, idle: float = IDLE
    ) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="mcf-webui-")).resolve()
        self.total = total
        self.old = old
        self.idle = idle
        self._reserved = 0
        self._closed = False
        self._lock = threading.Lock()

    def __enter__(self) -> "VisitorFiles":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def holds(self, path: object) -> bool:
        """Whether this names a regular file in the folder.

        Nothing outside of the folder is looked at, so that neither the answer nor the
        time it takes tells what else exists.
        """
        if not isinstance(path, str) or "\0" in path:
            return False
        inside = os.path.normpath(path)
        if not inside.startswith(f"{self.folder}{os.sep}"):
            return False
        try:
            regular = stat.S_ISREG(os.lstat(inside).st_mode)
        except (OSError, ValueError):
            return False
        return regular and os.path.realpath(inside) == inside

    def read(self, path: object) -> bytes:
        """Content of an upload.

        Raises:
            ValueError: If there is none of this name, or it is larger than uploads may
                be; the message is the same for whatever else there is on the server.
        """
        if not self.holds(path):
            raise ValueError(NOT_UPLOADED)
        try:
            with Path(os.path.normpath(path)).open("rb") as file:
                content = file.read(MAX_UPLOAD + 1)
        except OSError:  # removed in the meantime
            raise ValueError(NOT_UPLOADED) from None
        if len(content) > MAX_UPLOAD:
            raise ValueError(f"too large: over {MAX_UPLOAD >> 20} MiB")
        return content

    @contextmanager
    def room(self, size: int) -> Iterator[None]:
        """Hold room for so many bytes while they are written.

        Raises:
            NoRoomError: If there is none.
        """
        with self._lock:
            self._make_room(size)
            self._reserved += size
        try:
            yield
        finally:
            with self._lock:
                self._reserved -= size

    def sweep(self) -> None:
        """Remove what is old."""
        with self._lock:
            self._remove_until(time.time() - self.old, 0)

    def close(self) -> None:
        """Remove everything; from now on there is no room."""
        with self._lock:
            self._closed = True
        shutil.rmtree(self.folder, ignore_errors=True)

    def _make_room(self, size: int) -> None:
        if self._closed:
            raise NoRoomError("the server is closing")
        now, wanted = time.time(), self.total - self._reserved - size
        self._remove_until(now - self.old, 0)
        if self._remove_until(now - self.idle, wanted) > wanted:
            raise NoRoomError("the server is full of other visitors' files: try later")

    def _remove_until(self, before: float, wanted: int) -> int:
        """Remove the oldest files until so many bytes are left; tell how many are.

        Args:
            before: None that was written later is removed.
            wanted: Bytes that may stay.
        """
        found = sorted(self._written())
        used = sum(size for _, size, _ in found)
        for modified, size, path in found:
            if used <= wanted or modified > before:
                break
            path.unlink(missing_ok=True)
            if path.parent != self.folder:
                with suppress(OSError):  # there are others in it
                    path.parent.rmdir()
            used -= size
        return used

    def _written(self) -> Iterator[tuple[float, int, Path]]:
        """When each file was written last, what it counts as, and its path."""
        for folder, _, names in os.walk(self.folder):
            for path in (Path(folder, name) for name in names):
                with suppress(FileNotFoundError):
                    status = path.lstat()
                    yield status.st_mtime, max(LEAST, status.st_size), path
