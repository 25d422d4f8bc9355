"""Report of runs of any task: a page of pictures, results, curves and settings."""

from collections.abc import Sequence
from os.path import commonpath
from pathlib import Path

from mcf.hub.model_zoo import read_zoo
from mcf.report.facts import environment_table, machine_table, settings_table
from mcf.report.run import Run, read_run
from mcf.report.run_folder import part
from mcf.report.scores import (
    last_scores_tables,
    published_tables,
    selection_tables,
)
from mcf.utils.atomic_file import write_atomically
from mcf.utils.shipped import shipped_folder
from mcf.visualization.curves import curves_svg
from mcf.visualization.page import (
    Block,
    Chart,
    Charts,
    Folded,
    Listing,
    Page,
    Picture,
    Table,
    Text,
)

NAMES = {
    "loss": "loss",
    "loss_feature": "feature loss",
    "loss_contrastive": "contrastive loss",
    "lr": "learning rate",
    "momentum": "momentum of the second encoder",
    "images_per_s": "images per second",
    "data_time": "seconds of waiting for data per iteration",
}
"""What logged numbers are called in the report; others keep their name."""


def write_report(
    work_dirs: Sequence[str | Path],
    out_dir: str | Path,
    *,
    title: str,
    tables: Sequence[Table] = (),
    pictures: Sequence[Picture] = (),
    notes: Sequence[str] = (),
) -> Path:
    """Write ``report.html`` (self-contained) and ``report.md`` about runs.

    Args:
        work_dirs: Work directories of pre-training, alignment or parsing, also of
            runs that were resumed.
        out_dir: Where to write; made if absent.
        title: Headline.
        tables: What the reader came for, in place of the scores of the runs, which
            are then among the details.
        pictures: More pictures; they come first.
        notes: Paragraphs under the headline.

    Returns:
        Path of the HTML file.

    Raises:
        FileNotFoundError: If a folder holds no run that has logged anything.
        ValueError: If there is no folder, or a file in one is none that a run writes.
    """
    out_dir = Path(out_dir)
    names = short_names(work_dirs)
    runs = [read_run(folder, name) for folder, name in zip(work_dirs, names)]
    page = Page(
        title,
        [
            *map(Text, notes),
            *pictures,
            *(picture for run in runs for picture in run.pictures),
            *(tables or _results(runs)),
            *_curves(runs),
            *_details(runs, more=_results(runs) if tables else []),
        ],
    )
    out_dir.mkdir(parents=True, exist_ok=True)
    html = out_dir / "report.html"
    for file, text in (
        (html.with_suffix(".md"), page.to_markdown(out_dir)),
        (html, page.to_html()),
    ):
        write_atomically(text.encode("utf-8", "replace"), file)
    return html


def short_names(work_dirs: Sequence[str | Path]) -> list[str]:
    """Folders without what all of them have in common.

    Raises:
        ValueError: If there is none, or one is named twice.
    """
    folders = [Path(folder).resolve() for folder in work_dirs]
    if not folders or len(set(folders)) < len(folders):
        raise ValueError(f"a report needs different runs, at least one: {work_dirs}")
    common = Path(commonpath([folder.parent for folder in folders]))
    names = (folder.relative_to(common).as_posix() for folder in folders)
    return ["".join(c if c.isprintable() else "?" for c in name) for name in names]


def _results(runs: Sequence[Run]) -> list[Table]:
    zoo = read_zoo(shipped_folder())
    return [*published_tables(runs, zoo), *selection_tables(runs)]


def _curves(runs: Sequence[Run]) -> list[Block]:
    """Scores and losses; all other logged numbers folded."""
    losses, others = _curve_charts(runs)
    shown = [*_score_charts(runs), *losses]
    blocks: list[Block] = [Charts("Curves", shown)] if shown else []
    return [
        *blocks,
        Folded("More curves", [Charts("All else that was logged", others)]),
    ]


def _details(runs: Sequence[Run], *, more: Sequence[Table]) -> list[Block]:
    """What one looks up, folded."""
    first = [picture for run in runs for picture in run.first_pictures]
    scores = [*more, *last_scores_tables(runs)]
    environment = environment_table(runs)
    where = [*([environment] if environment else []), machine_table()]
    folded = {
        "First pictures": first,
        "All scores": scores,
        "First and last logged numbers": [_first_and_last(runs)],
        "Settings": [settings_table(runs)],
        "Environment": where,
        **{f"Whole config of {r.name}": [Listing(r.config_text)] for r in runs},
    }
    return [Folded(title, blocks) for title, blocks in folded.items() if blocks]


def _curve_charts(runs: Sequence[Run]) -> tuple[list[Chart], list[Chart]]:
    """Losses and other logged numbers.

    Runs of unlike models, whose losses differ, are drawn apart.
    """
    kinds = [str(part(run.config, "model").get("type", "")) for run in runs]
    models = dict.fromkeys(kinds)
    losses, others = [], []
    for model in models:
        like = [run for run, kind in zip(runs, kinds) if kind == model]
        found = {key for run in like for key in run.curves}
        suffix = f", {model}" if len(models) > 1 else ""
        for key in [*NAMES, *sorted(found - NAMES.keys())]:
            if key in found:
                own = {r.name: r.curves.get(key, {}) if r in like else {} for r in runs}
                charts = losses if "loss" in key else others
                charts.append(Chart(NAMES.get(key, key) + suffix, curves_svg(own)))
    return losses, others


def _score_charts(runs: Sequence[Run]) -> list[Chart]:
    """Scores that select, by epoch."""
    charts = []
    for metric in dict.fromkeys(r.selection["metric"] for r in runs if r.selection):
        curves = {run.name: run.scores.get(metric, {}) for run in runs}
        if any(len(points) > 1 for points in curves.values()):
            charts.append(Chart(metric, curves_svg(curves, x_label="epoch")))
    return charts


def _first_and_last(runs: Sequence[Run]) -> Table:
    rows = [
        [run.name, NAMES.get(key, key)]
        + [f"{points[step]:.4g} at {step}" for step in (min(points), max(points))]
        for run in runs
        for key, points in run.curves.items()
    ]
    return Table("Log", ("", "", "first, at iteration", "last, at iteration"), rows)
