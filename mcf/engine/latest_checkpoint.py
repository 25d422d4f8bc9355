"""Which checkpoint of a work directory to resume from."""

import zipfile
from pathlib import Path

from mmengine.logging import MMLogger


def is_complete(path: Path) -> bool:
    """Whether a checkpoint file is whole: an archive whose checksums all hold."""
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.testzip() is None
    except (zipfile.BadZipFile, OSError):
        return False


def latest_checkpoint(work_dir: str | Path) -> Path | None:
    """Newest complete checkpoint of a run, or None if it never wrote one.

    The file ``last_checkpoint`` names it. Where that file or its target is missing or
    damaged (a full or failing disk, a moved folder), the newest complete
    ``epoch_*.pth`` or ``iter_*.pth`` in the folder is taken, and a warning says so.

    Raises:
        ValueError: If there are checkpoints and none of them is complete, because
            starting afresh would overwrite them.
    """
    work_dir = Path(work_dir)
    pointer = work_dir / "last_checkpoint"
    named = pointer.read_text(errors="replace").strip() if pointer.is_file() else ""
    candidates = [path for name in ("epoch", "iter") for path in _saved(work_dir, name)]
    candidates.sort(key=lambda path: path.stat().st_mtime_ns, reverse=True)
    if named and Path(named).is_file():
        candidates.insert(0, Path(named))
    for path in candidates:
        if is_complete(path):
            if str(path) != named:
                MMLogger.get_current_instance().warning(
                    f"last_checkpoint names {named!r}, which is missing or damaged; "
                    f"using {path}"
                )
            return path
    if candidates or named:
        raise ValueError(
            f"no complete checkpoint in {work_dir}: {[str(p) for p in candidates]} "
            "are damaged. Name another one with --resume PATH, or use a new work "
            "directory to start afresh"
        )
    return None


def _saved(work_dir: Path, unit: str) -> list[Path]:
    return list(work_dir.glob(f"{unit}_[0-9]*.pth"))
