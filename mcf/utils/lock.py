"""Files and folders that one process holds, on one machine or on several."""

import errno
import fcntl
import json
import os
import shlex
import socket
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path

HOLDER = ".in_use"
"""File of a folder that tells who works in it."""

NO_LOCKS = (errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOLCK)
"""What file systems without ``flock`` answer."""


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """A lock on a file, waited for; the system releases it when its holder dies.

    The file is there as long as somebody holds it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = open_locked(path, wait=True)
    try:
        yield
    finally:
        if is_named(descriptor, path):
            path.unlink()
        os.close(descriptor)


def open_locked(path: Path, *, wait: bool = False) -> int | None:
    """Descriptor of a file, made if absent and locked until closed.

    The lock belongs to the file that has the name when this returns; a file that got
    another name meanwhile is let go.

    Args:
        path: The file.
        wait: Until it is free.

    Returns:
        None if another process holds the file.

    Raises:
        OSError: If it cannot be opened, it is a link, or its file system has no locks.
    """
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    while True:
        descriptor = os.open(path, flags, 0o666)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            if is_named(descriptor, path):
                return descriptor
        except BlockingIOError:
            os.close(descriptor)
            return None
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)


def is_named(descriptor: int, path: Path) -> bool:
    """Whether a path leads to an open file or folder."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.lstat())
    except FileNotFoundError:
        return False


@contextmanager
def held(folder: str | Path, *, needed: bool = True) -> Iterator[None]:
    """A folder in which no other process works meanwhile.

    The file ``.in_use`` in it tells who does. The system gives the folder back when its
    holder dies, however that happens; processes that it forked do not keep it.

    Args:
        folder: The folder; made if absent.
        needed: False does nothing: for all but the first of processes that work there
            together.

    Raises:
        ValueError: If another process works there, naming it.
        OSError: If the folder cannot be written.
    """
    if not needed:
        yield
        return
    path = Path(folder) / HOLDER
    made = not path.parent.exists()
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = open_locked(path)
    except OSError as error:
        if error.errno not in NO_LOCKS:
            raise
        warnings.warn(
            f"{folder} is on a file system without locks (flock): make sure that no "
            "other run works there",
            stacklevel=3,
        )
        yield
        return
    if descriptor is None:
        raise ValueError(
            f"{folder} is in use by {_holder(path)}; wait for it, end it, or name "
            "another folder"
        )
    file = os.fdopen(descriptor, "wb", buffering=0)
    # A forked child would hold the folder longer than this process lives.
    os.register_at_fork(after_in_child=file.close)
    try:
        try:
            file.truncate()
            file.write(json.dumps(_this_process()).encode() + b"\n")
        except OSError as error:
            error.filename = str(path)
            raise
        made = False
        yield
    finally:
        if is_named(file.fileno(), path):
            path.unlink()
        file.close()
        if made:  # and never used
            path.parent.rmdir()


def _this_process() -> dict[str, object]:
    return dict(
        pid=os.getpid(),
        host=socket.gethostname(),
        since=datetime.now(timezone.utc).isoformat(timespec="seconds"),
        command=shlex.join(sys.argv),
    )


def _holder(path: Path) -> str:
    """Who holds a folder, as far as its file tells."""
    try:
        about = json.loads(path.read_bytes()[:4096])
        told = (
            f"process {about['pid']} on {about['host']} since {about['since']} "
            f"({about['command']})"
        )
        return "".join(c if c.isprintable() else "?" for c in told)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return f"another process, which is about to write {path}"
