"""The scores of a run by how its epoch was chosen."""

from collections.abc import Sequence
from typing import TypedDict

FOR_LITERATURE = "(*) chosen on the test set: for comparison with the literature only."
NOT_HELD_OUT = (
    "(*) chosen on the test set: no data are held out for validation, so that only the "
    "last epoch is an honest result."
)


class _Validation(TypedDict):
    epoch: int
    iter: int
    val: dict[str, float]


class Record(_Validation, total=False):
    """Scores of one validation, and of the test set where it was measured then."""

    test: dict[str, float]


def choose(
    records: Sequence[Record], part: str, metric: str, rule: str
) -> Record | None:
    """The best record by a score; of equal ones the first; None if there is none.

    Args:
        records: In the order of training.
        part: ``val`` or ``test``.
        metric: Name of the score.
        rule: Whether ``less`` or ``greater`` is better.
    """
    measured = [record for record in records if metric in record.get(part, {})]
    best = min if rule == "less" else max
    return best(measured, key=lambda record: record[part][metric], default=None)


def selection_table(
    records: Sequence[Record],
    metric: str,
    rule: str,
    *,
    columns: Sequence[str] = (),
    all_tested: bool = False,
    held_out: bool = True,
) -> str:
    """Markdown table of the last epoch and of the best by validation and by test.

    Args:
        records: At least one, in the order of training.
        metric: Score that selects.
        rule: Whether ``less`` or ``greater`` is better.
        columns: Further scores to show.
        all_tested: Whether the test set was measured regularly, so that the best
            epoch on it is known.
        held_out: Whether validation has data of its own; otherwise it is the test.
    """
    rows, note = [("last", records[-1])], ""
    if held_out:
        rows.append(("best on validation", choose(records, "val", metric, rule)))
    on_test = choose(records, "test", metric, rule)
    if on_test and (all_tested or not held_out):
        rows.append(("best on test (*)", on_test))
        note = FOR_LITERATURE if held_out else NOT_HELD_OUT
    parts = ["val"] if held_out else []
    if any("test" in record for record in records):
        parts.append("test")
    scores = [(name, part) for name in (metric, *columns) for part in parts]
    cells = [
        ["", "epoch", *(f"{part}: {name}" for name, part in scores)],
        *(
            [label, str(record["epoch"])]
            + [_cell(record.get(part, {}).get(name)) for name, part in scores]
            for label, record in rows
        ),
    ]
    return "\n".join(filter(None, [_markdown(cells), note])) + "\n"


def _cell(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _markdown(rows: Sequence[Sequence[str]]) -> str:
    """Table that reads well as plain text too; its first row is the head."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    lines = [
        [
            cell.rjust(width) if column else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        for row in (rows[0], rule, *rows[1:])
    ]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"
