"""Which checkpoint of a work directory to resume from."""

import zipfile
import zlib
from contextlib import suppress
from pathlib import Path

from mmengine.logging import MMLogger

from mcf.utils.bounded_file import read_bounded

POINTER = "last_checkpoint"
LONGEST_POINTER = 2**14
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError)
"""What reading an archive raises that is cut, packed or encrypted."""


def is_complete(path: Path) -> bool:
    """Whether a checkpoint file is whole: an archive whose checksums all hold."""
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.testzip() is None
    except DAMAGED:
        return False


def named_checkpoint(work_dir: Path) -> Path | None:
    """Checkpoint that the file ``last_checkpoint`` of a folder names; None without one.

    It may lie elsewhere, in a folder that was copied or has come from elsewhere.
    """
    try:
        text = read_bounded(work_dir / POINTER, LONGEST_POINTER)
    except OSError:
        return None
    name = text.decode(errors="replace").strip()
    return Path(name) if name.isprintable() and Path(name).name else None


def latest_checkpoint(work_dir: str | Path) -> Path | None:
    """Newest complete checkpoint of a run, or None if it never wrote one.

    The file ``last_checkpoint`` names it. Where that file or its target is missing or
    damaged (a full or failing disk) or lies outside of the folder (a copied one), the
    newest complete ``epoch_*.pth`` or ``iter_*.pth`` in the folder is taken, and a
    warning says so where it has another name.

    Raises:
        ValueError: If there are checkpoints and none of them is complete, because
            starting afresh would overwrite them.
    """
    work_dir = Path(work_dir)
    named = named_checkpoint(work_dir)
    candidates = [path for unit in ("epoch", "iter") for path in _saved(work_dir, unit)]
    candidates.sort(key=lambda path: path.stat().st_mtime_ns, reverse=True)
    if named is not None and _is_file(work_dir / named.name):
        candidates.insert(0, work_dir / named.name)
    for path in candidates:
        if is_complete(path):
            if named is None or path.name != named.name:
                MMLogger.get_current_instance().warning(
                    f"{POINTER} names {str(named)!r}, which is missing or damaged; "
                    f"using {path}"
                )
            return path
    if candidates or named is not None:
        damaged = [str(path) for path in candidates]
        told = f"{damaged} are damaged" if damaged else f"{POINTER} names {named}"
        raise ValueError(
            f"no complete checkpoint in {work_dir}: {told}. Name another one with "
            "--resume PATH, or use a new work directory to start afresh"
        )
    return None


def _saved(work_dir: Path, unit: str) -> list[Path]:
    return list(filter(_is_file, work_dir.glob(f"{unit}_[0-9]*.pth")))


def _is_file(path: Path) -> bool:
    with suppress(OSError):  # too long a name
        return path.is_file()
    return False
