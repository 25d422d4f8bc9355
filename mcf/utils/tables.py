"""Scores as aligned text and as JSON or CSV files."""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from mcf.utils.atomic_file import write_atomically

SUFFIXES = (".json", ".csv")


def align(rows: Sequence[Sequence[str]], *, text_columns: int = 1) -> list[str]:
    """Lines of a table: the first columns are flush left, numbers flush right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell.ljust(width) if column < text_columns else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def markdown_table(
    head: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: bool = False
) -> list[str]:
    """Lines of a Markdown table.

    Args:
        head: Titles of the columns.
        rows: Cells, as many as there are titles.
        numbers: Whether all columns but the first are numbers, flush right.
    """
    rule = ["---", *["---:" if numbers else "---"] * (len(head) - 1)]
    return [f"| {' | '.join(row)} |" for row in (head, rule, *rows)]


def check_suffix(path: str | Path | None) -> None:
    """Refuse a file that cannot be written, before any evaluation.

    Raises:
        ValueError: If it ends neither in ``.json`` nor in ``.csv``.
    """
    if path is not None and Path(path).suffix not in SUFFIXES:
        raise ValueError(f"{path} must end in {' or '.join(SUFFIXES)}")


def write_rows(rows: Sequence[dict], path: str | Path) -> None:
    """Write records with the same keys, one per row, complete or not at all.

    Lists become JSON in a CSV cell.

    Raises:
        ValueError: As :func:`check_suffix`.
    """
    check_suffix(path)
    if Path(path).suffix == ".json":
        lines = ",\n".join(json.dumps(row) for row in rows)
        text = f"[\n{lines}\n]\n"
    else:
        buffer = io.StringIO(newline="")
        writer = csv.DictWriter(buffer, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows({key: _cell(row[key]) for key in row} for row in rows)
        text = buffer.getvalue()
    write_atomically(text.encode(), path)


def _cell(value: object) -> object:
    return json.dumps(value) if isinstance(value, (list, tuple, dict)) else value
