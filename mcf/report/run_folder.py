"""Reading of a run folder as data, since it may come from anybody."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path


def files_within(folder: Path, pattern: str) -> list[Path]:
    """Regular files that are really in the folder, by name.

    A link that leads out of the folder, at any level, is passed over, so that a run
    folder from elsewhere cannot show a reader's own files.

    Args:
        folder: The run folder; it may be a link itself.
        pattern: As for ``Path.glob``, with at least one wildcard or a plain name.
    """
    root = folder.resolve()
    return [
        path
        for path in sorted(folder.glob(pattern))
        if not path.name.startswith(".")  # a Mac's copies
        and path.is_file()
        and path.resolve().is_relative_to(root)
    ]


def read_bounded(path: Path, limit: int) -> bytes:
    """Content of a file.

    Raises:
        ValueError: If it has more than ``limit`` bytes.
    """
    with path.open("rb") as file:
        content = file.read(limit + 1)
    if len(content) > limit:
        raise ValueError(f"{path} is larger than {limit:,} bytes: not written by a run")
    return content


def lines_of(path: Path, limit: int) -> Iterator[str]:
    """Lines of a text file, one at a time.

    Raises:
        ValueError: If one has more than ``limit`` bytes.
    """
    with path.open("rb") as file:
        while line := file.readline(limit + 1):
            if len(line) > limit:
                raise ValueError(f"{path} has a line of more than {limit:,} bytes")
            yield line.decode("utf-8", "replace")


def parsed_json(text: str | bytes, path: Path) -> object:
    """Value of a JSON text; only its syntax is known to be right.

    Raises:
        ValueError: If it is none, or nested too deeply.
    """
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path} is no JSON: {error}") from error


def part(settings: object, *names: str) -> Mapping:
    """Settings below others; nothing where they are absent or of another kind."""
    for name in names:
        settings = settings.get(name) if isinstance(settings, Mapping) else None
    return settings if isinstance(settings, Mapping) else {}
