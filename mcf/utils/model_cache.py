"""The cache of downloaded models, and what is recorded about each file.

``$MCF_HOME/models/NAME/FILE`` with a note ``FILE.json`` that says with which checksum
the file was found whole.
"""

import json
import os
import re
from dataclasses import asdict, dataclass
from pathlib import Path

from mcf.utils.atomic_file import write_json

HOME = "MCF_HOME"
"""Environment variable with the folder of everything that is kept between runs."""
NAME = re.compile(r"[a-z0-9]+(?:[-_.][a-z0-9]+)*")
"""Of a model."""


@dataclass(frozen=True)
class Note:
    """A file that was found whole.

    Attributes:
        bytes: Its length.
        modified: Time of its last change in nanoseconds, which tells a later one.
        sha256: Of its content.
        expected: Whether that is the published checksum; else it was only recorded.
    """

    bytes: int
    modified: int
    sha256: str
    expected: bool


def home_folder() -> Path:
    """``$MCF_HOME``, else ``mcf`` in the user's cache folder."""
    if home := os.environ.get(HOME):
        return Path(home).expanduser()
    caches = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(caches) / "mcf"


def model_folder(name: str) -> Path:
    """Folder of a model, which need not exist.

    Raises:
        ValueError: If no model can be called so.
    """
    if not NAME.fullmatch(name):
        raise ValueError(f"no model can be called {name!r}")
    return home_folder() / "models" / name


def note_path(file: Path) -> Path:
    """Path of the note about a file."""
    return file.with_name(f"{file.name}.json")


def write_note(file: Path, sha256: str, *, expected: bool) -> Note:
    """Note that a file is whole."""
    status = file.stat()
    note = Note(status.st_size, status.st_mtime_ns, sha256, expected)
    write_json(asdict(note), note_path(file))
    return note


def read_note(file: Path) -> Note | None:
    """What was noted of a file; None if nothing was, or it cannot be read."""
    try:
        return Note(**json.loads(note_path(file).read_bytes()[:4096]))
    except (OSError, ValueError, TypeError, RecursionError):
        return None


def is_as_noted(file: Path, note: Note | None) -> bool:
    """Whether a file has not changed since it was found whole."""
    if note is None or not file.is_file():
        return False
    status = file.stat()
    return (status.st_size, status.st_mtime_ns) == (note.bytes, note.modified)


def cached_model(name: str) -> Path | None:
    """File of a model that is in the cache and whole; nothing is downloaded for it."""
    if not NAME.fullmatch(name) or not model_folder(name).is_dir():
        return None
    for note in sorted(model_folder(name).glob("*.json")):
        file = note.with_name(note.name.removesuffix(".json"))
        if is_as_noted(file, read_note(file)):
            return file
    return None
