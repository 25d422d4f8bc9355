"""Lists that come with data sets, read row by row."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from mcf.utils.bounded_file import read_text


def read_table(
    path: Path, columns: Sequence[str]
) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Place and cells of each row of a CSV.

    Args:
        path: The file.
        columns: Those that it must have; more do no harm.

    Raises:
        FileNotFoundError: If there is none.
        ValueError: If it is no UTF-8 text, lacks a column, or a row has more or fewer
            cells than the heading.
    """
    rows = csv.DictReader(io.StringIO(read_text(path), newline=""))
    try:
        absent = [name for name in columns if name not in (rows.fieldnames or ())]
        if absent:
            raise ValueError(f"{path} lacks the columns {', '.join(absent)}")
        for row in rows:
            source = f"{path.name}:{rows.line_num}"
            if None in row or None in row.values():
                raise ValueError(f"{source} does not have {len(rows.fieldnames)} cells")
            yield source, row
    except csv.Error as error:
        raise ValueError(f"{path}:{rows.line_num} is no CSV: {error}") from error


def read_lines(path: Path) -> Iterator[tuple[str, list[str]]]:
    """Place and words of each line that is not empty.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If it is no UTF-8 text.
    """
    for number, line in enumerate(read_text(path).splitlines(), 1):
        if words := line.split():
            yield f"{path.name}:{number}", words


def whole_number(word: str, source: str, *, most: int = 10**9) -> int:
    """A number of a list.

    Raises:
        ValueError: If it is none from 0 to ``most``.
    """
    if not (word.isascii() and word.isdecimal()) or len(word) > 10 or int(word) > most:
        raise ValueError(f"{source}: {word[:80]!r} is no number from 0 to {most}")
    return int(word)
