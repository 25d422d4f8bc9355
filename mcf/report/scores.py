"""Results of runs as tables, with published ones beside them."""

import math
from collections.abc import Iterator, Sequence

from mcf.engine.hooks.selection_table import (
    FOR_LITERATURE,
    NOT_HELD_OUT,
    Record,
    choose,
)
from mcf.hub.model_zoo import Zoo, number
from mcf.report.run import Run
from mcf.visualization.page import Table

ON_TEST = "best on test (*)"
PUBLISHED_NOTE = (
    "Published numbers, with how their epoch was chosen. A comparison holds only "
    "between equal data, crops and ways of choosing."
)


def selection_tables(runs: Sequence[Run]) -> list[Table]:
    """For each selecting score, the results of each run by each way of choosing."""
    metrics = dict.fromkeys(r.selection["metric"] for r in runs if r.selection)
    return [_selection(metric, runs) for metric in metrics]


def last_scores_tables(runs: Sequence[Run]) -> list[Table]:
    """All scores of the last logged evaluation; runs with equal names share a table."""
    groups: dict[tuple[str, ...], list[Run]] = {}
    for run in runs:
        if run.scores:
            groups.setdefault(tuple(run.scores), []).append(run)
    return [
        Table(
            f"Last evaluation: {names[0].split('/')[0]}",
            ("", *(f"{run.name}, epoch {_last(run, names[0])}" for run in group)),
            [
                [name, *(_cell(run.scores[name][_last(run, name)]) for run in group)]
                for name in names
            ],
        )
        for names, group in groups.items()
    ]


def published_tables(runs: Sequence[Run], zoo: Zoo) -> list[Table]:
    """Runs whose config belongs to a benchmark of the zoo, among published numbers."""
    tables = []
    for benchmark in zoo.benchmarks.values():
        own = [r for r in runs if zoo.benchmark_of(r.config_name) is benchmark]
        if not own:
            continue
        rows = []
        for row in benchmark.rows:
            given = (number(row[s]) if s in row else "-" for s in benchmark.scores)
            rows.append([row["Model"], *given, row["Epoch"], row["Source"]])
        for run in own:
            for label, record in _chosen(run):
                scores = record.get("test", {})
                cells = (_cell(scores.get(key)) for key in benchmark.scores.values())
                rows.append([run.name, *cells, label, "this report"])
        head = ("model", *benchmark.scores, "epoch", "source")
        title = f"{benchmark.name}: {benchmark.unit}"
        tables.append(Table(title, head, rows, PUBLISHED_NOTE))
    return tables


def _selection(metric: str, runs: Sequence[Run]) -> Table:
    rows, notes = [], []
    for run in runs:
        if run.selection.get("metric") != metric:
            continue
        held_out = run.selection["held_out"]
        for label, record in _chosen(run):
            on_validation = _cell(record["val"].get(metric)) if held_out else "none"
            on_test = _cell(record.get("test", {}).get(metric))
            cells = [run.name, label, str(record["epoch"]), on_validation, on_test]
            rows.append(cells)
            if label == ON_TEST:
                notes.append(FOR_LITERATURE if held_out else NOT_HELD_OUT)
    note = " ".join(dict.fromkeys(notes))
    return Table(metric, ("run", "chosen", "epoch", "validation", "test"), rows, note)


def _chosen(run: Run) -> Iterator[tuple[str, Record]]:
    """The records of a run that a result may be taken from, by how."""
    if not run.selection:
        return
    records, held_out = run.selection["records"], run.selection["held_out"]
    how = run.selection["metric"], run.selection["rule"]
    yield "last", records[-1]
    if held_out:
        yield "best on validation", choose(records, "val", *how)
    tested = all(how[0] in record.get("test", {}) for record in records)
    if tested and len(records) > 1:
        yield ON_TEST, choose(records, "test", *how)


def _last(run: Run, name: str) -> int:
    return max(run.scores[name])


def _cell(value: float | None) -> str:
    if value is None or math.isnan(value):
        return "-"
    return f"{value:.3f}"
