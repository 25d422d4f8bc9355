"""Submissions side by side."""

import math
from collections.abc import Sequence

from mcf.benchmark.submission import Entry, Submission, summary
from mcf.visualization.page import Table


def cell(entry: Entry | None) -> str:
    """Mean and deviation over seeds of the number that counts."""
    if entry is None or math.isnan(entry.mean):
        return "–"
    spread = "" if entry.spread is None else f" ± {entry.spread:.2f}"
    return f"{entry.mean:.2f}{spread}"


def row_title(entry: Entry) -> str:
    """Row, number, and how it was got."""
    share = "" if entry.share == 1 else f", {100 * entry.share:g} % of the labels"
    arrow = "↑" if entry.score.higher else "↓"
    return f"{entry.title}: {entry.score.title} {arrow}, {entry.way}{share}"


def compare_submissions(submissions: Sequence[Submission]) -> Table:
    """Table of all rows that any of them has, a column a backbone.

    Raises:
        ValueError: If two have one name, or ask for different numbers in a row.
    """
    names = [one.backbone for one in submissions]
    if len(set(names)) < len(names):
        raise ValueError(f"two submissions have one name among {', '.join(names)}")
    keys: dict[tuple, Entry] = {}
    for one in submissions:
        for entry in one.entries:
            key = (entry.row, entry.way, entry.share)
            first = keys.setdefault(key, entry)
            if first.score != entry.score:
                raise ValueError(
                    f"{one.backbone} scores {entry.row} by {entry.score.title}, others "
                    f"by {first.score.title}"
                )
    rows = [
        [row_title(entry), *(cell(one.entry(*key)) for one in submissions)]
        for key, entry in keys.items()
    ]
    floors = [one for one in submissions if not one.trained]
    if floors:
        rows.append(
            [
                f"Summary: 0 {floors[0].backbone}, 1 best published",
                *(_summary(one, floors[0]) for one in submissions),
            ]
        )
    note = "Mean ± standard deviation over seeds. – : not measured."
    return Table("Backbones beside each other", ("", *names), rows, note)


def _summary(submission: Submission, floor: Submission) -> str:
    try:
        return f"{summary(submission, floor)[0]:.3f}"
    except ValueError:
        return "–"
