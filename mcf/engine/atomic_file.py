"""Files that are either complete or absent, whenever the process may be killed."""

import io
import os
from pathlib import Path

import torch
from mmengine.fileio import LocalBackend, register_backend


def write_atomically(data: bytes, path: str | Path) -> None:
    """Write ``data`` under a temporary name, flush it to disk, then rename it.

    A reader sees the old file or the new one, never a part of either. The temporary
    name is fixed, so what a killed process left behind is overwritten next time.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.tmp")
    with temporary.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    if hasattr(os, "O_DIRECTORY"):  # POSIX: the rename itself must reach the disk
        folder = os.open(path.parent, os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def save_atomically(content: object, path: str | Path) -> None:
    """``torch.save`` through :func:`write_atomically`."""
    buffer = io.BytesIO()
    torch.save(content, buffer)
    write_atomically(buffer.getbuffer(), path)


@register_backend("mcf_atomic")
class AtomicBackend(LocalBackend):
    """MMEngine's local file backend with atomic ``put`` and ``put_text``.

    Used by ``backend_args=dict(backend='mcf_atomic')``.
    """

    def put(self, obj: bytes, filepath: str | Path) -> None:
        """Write bytes atomically."""
        write_atomically(obj, filepath)

    def put_text(self, obj: str, filepath: str | Path, encoding: str = "utf-8") -> None:
        """Write text atomically."""
        write_atomically(obj.encode(encoding), filepath)
