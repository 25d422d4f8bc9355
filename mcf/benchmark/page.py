"""One page about a backbone: table, radar, groups and the worst cases."""

from collections.abc import Sequence
from pathlib import Path

from mcf.benchmark.compare import cell, compare_submissions, row_title
from mcf.benchmark.submission import Entry, Submission
from mcf.utils.atomic_file import write_atomically
from mcf.visualization.page import Chart, Charts, Folded, Page, Picture, Table, Text
from mcf.visualization.radar import radar_svg

FILE = "benchmark.html"


def write_page(
    submission: Submission,
    folder: Path,
    *,
    beside: Sequence[Submission] = (),
    pictures: Sequence[Picture] = (),
) -> Path:
    """Write ``benchmark.html`` and ``benchmark.md``.

    Args:
        submission: What the page is about.
        folder: Where to write.
        beside: Other backbones, for comparison.
        pictures: Of faces that were judged wrong.

    Returns:
        Path of the HTML file.
    """
    page = benchmark_page(submission, beside=beside, pictures=pictures)
    folder.mkdir(parents=True, exist_ok=True)
    html = folder / FILE
    write_atomically(page.to_markdown(folder), html.with_suffix(".md"))
    write_atomically(page.to_html(), html)
    return html


def benchmark_page(
    submission: Submission,
    *,
    beside: Sequence[Submission] = (),
    pictures: Sequence[Picture] = (),
) -> Page:
    """Page of a submission; see :func:`write_page`."""
    kind = "" if submission.trained else ", not trained"
    notes = [
        f"Ring {submission.ring}; images of {submission.img_size} pixels{kind}; "
        f"{submission.seconds:.0f} s of processor time; weights "
        f"{submission.fingerprint[:12]}. Frozen rows fit a linear map whose "
        "strength is chosen inside the training part, nothing on the test part."
    ]
    results = [_main(submission)]
    if submission.missing:
        rows = [[name, why] for name, why in submission.missing.items()]
        results.append(Table("Empty rows", ("row", "why, and where to get it"), rows))
    if beside:
        results.append(compare_submissions([submission, *beside]))
    results.append(_published(submission))
    details = [*_groups(submission), *_all_scores(submission)]
    blocks = [
        *map(Text, notes),
        *(table for table in results if table.rows),
        *_charts([submission, *beside]),
        *pictures,
        *([Folded("Groups and all scores", details)] if details else []),
    ]
    return Page(f"Benchmark of {submission.backbone}", blocks)


def _main(submission: Submission) -> Table:
    rows = []
    for entry in submission.entries:
        best = entry.published[0] if entry.published else None
        told = "–" if best is None else f"{best.value:g}, {best.model} ({best.how})"
        counts = ", ".join(f"{k} {v:,}" for k, v in entry.counts.items())
        rows.append([row_title(entry), cell(entry), told, counts, entry.note])
    head = ("row", "mean ± sd over seeds", "best published", "faces", "note")
    return Table("Result", head, rows)


def _published(submission: Submission) -> Table:
    seen: dict[str, Entry] = {}
    for entry in submission.entries:
        seen.setdefault(entry.row, entry)
    rows = [
        [entry.title, one.model, f"{one.value:g}", one.how, one.source]
        for entry in seen.values()
        for one in entry.published
    ]
    note = "A comparison holds only between equal data, crops and ways of training."
    head = ("row", "model", "value", "how", "source")
    return Table("Published numbers", head, rows, note)


def _charts(submissions: Sequence[Submission]) -> list[Charts]:
    """Radar of the rows with all labels: 1 is the best published number."""
    entries: dict[tuple[str, str], Entry] = {}
    for one in submissions:
        for entry in one.entries:
            if entry.share == 1:
                entries.setdefault((entry.row, entry.way), entry)
    if len(entries) < 3:
        return []
    lines: dict[str, list[float | None]] = {}
    for one in submissions:
        found = [one.entry(*key, 1.0) for key in entries]
        values = [None if e is None else e.mean for e in found]
        lines[one.backbone] = _ratios(entries, values, submissions)
    models = {p.model for e in entries.values() for p in e.published}
    for model in sorted(models):
        values = [
            next((p.value for p in e.published if p.model == model), None)
            for e in entries.values()
        ]
        if sum(v is not None for v in values) > 1:
            lines[f"{model}, published"] = _ratios(entries, values, submissions)
    title = (
        "Ratio to the best published number; where none is published, to the best "
        "backbone of this page"
    )
    names = [_axis(entry) for entry in entries.values()]
    return [Charts("Radar", [Chart(title, radar_svg(names, lines))])]


def _axis(entry: Entry) -> str:
    return entry.row if entry.way == "frozen" else f"{entry.row}\n{entry.way}"


def _ratios(
    entries: dict[tuple[str, str], Entry],
    values: Sequence[float | None],
    submissions: Sequence[Submission],
) -> list[float | None]:
    ratios = []
    for (key, entry), value in zip(entries.items(), values, strict=True):
        if entry.published:
            best = entry.published[0].value
        else:
            found = [one.entry(*key, 1.0) for one in submissions]
            means = [e.mean for e in found if e is not None]
            best = max(means) if entry.score.higher else min(means)
        if value is None or not value or not best:
            ratios.append(None)
        else:
            ratios.append(value / best if entry.score.higher else best / value)
    return ratios


def _groups(submission: Submission) -> list[Table]:
    tables = []
    for entry in submission.entries:
        if entry.share < 1 or not entry.groups:
            continue
        rows = [
            [kind, name, "–" if value is None else f"{value:.2f}"]
            for kind, names in entry.groups.items()
            for name, value in names.items()
            if name != "gap"
        ]
        gaps = ", ".join(
            f"{kind} {names['gap']:.2f}"
            for kind, names in entry.groups.items()
            if names.get("gap") is not None
        )
        note = (
            f"Largest gap between groups of 30 faces and more: {gaps}." if gaps else ""
        )
        head = ("by", "group", entry.score.title)
        tables.append(Table(f"{row_title(entry)}, by group", head, rows, note))
    return tables


def _all_scores(submission: Submission) -> list[Table]:
    rows = []
    for entry in submission.entries:
        for name, values in entry.scores.items():
            listed = ", ".join("–" if v is None else f"{v:.3f}" for v in values)
            rows.append([row_title(entry), name, listed])
    head = ("row", "score", "by seed")
    return [Table("All scores", head, rows)] if rows else []
