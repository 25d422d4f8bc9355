"""MMEngine's file backend for local disks, with atomic writes."""

from pathlib import Path

from mmengine.fileio import LocalBackend, register_backend

from mcf.utils.atomic_file import write_atomically


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
