"""Tables and plots of the results, as a part of a page that people write."""

import re
from collections.abc import Sequence
from pathlib import Path

from mcf.utils.atomic_file import write_atomically
from mcf.utils.tables import markdown_table
from projects.mini_benchmark.arms import Arm
from projects.mini_benchmark.figures import CURVES
from projects.mini_benchmark.protocol import Protocol
from projects.mini_benchmark.results import Result
from projects.mini_benchmark.summary import Estimate, estimate

FROZEN = {
    "landmarks/ridge_nme": "landmarks, ridge, NME % ↓",
    "landmarks/knn_nme": "landmarks, neighbours, NME % ↓",
    "parts/linear_f1": "parts, linear, F1 % ↑",
    "parts/knn_f1": "parts, neighbours, F1 % ↑",
}
SECTION = "<!-- {edge} of what tools/report_mini_benchmark.py writes -->"


def tables(results: Sequence[Result], arms: Sequence[Arm], protocol: Protocol) -> str:
    """Markdown tables of frozen features, fine-tuning and cost, a row for each arm.

    Arms without any result are left out.

    Args:
        results: All results.
        arms: Rows, in their order.
        protocol: Says which score of a task counts.
    """
    known = {result.arm for result in results}
    arms = [arm for arm in arms if {arm.name, arm.trained_as} & known]
    frozen = {name: ("frozen", score) for score, name in FROZEN.items()}
    tuned = {
        f"{task.name}, {100 * share:g} % of the faces": (
            task.evaluation(share),
            task.score,
        )
        for task in protocol.fine_tuning
        for share in task.shares
    }
    parts = [
        "**Probes while training**, untrained and so far:",
        _progress(results, arms),
        "**Frozen features**, mean ± sd over seeds:",
        _table(results, arms, frozen),
        "**Fine-tuned**, last epoch, mean ± sd over seeds (alignment: NME %, lower is "
        "better; parsing: mean F1 %, higher is better):",
        _table(results, [arm for arm in arms if arm.teacher is None], tuned),
        "**Cost of pre-training**, first seed:",
        _costs(results, arms),
    ]
    return "\n\n".join(parts)


def write_section(page: Path, text: str) -> None:
    """Put text between the two marks of a page.

    Raises:
        FileNotFoundError: If there is no page.
        ValueError: If it has no marks.
    """
    begin, end = (SECTION.format(edge=edge) for edge in ("begin", "end"))
    pattern = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
    content = page.read_text()
    if len(pattern.findall(content)) != 1:
        raise ValueError(f"{page} must hold one section:\n{begin}\n{end}")
    filled = pattern.sub(lambda _: f"{begin}\n\n{text}\n\n{end}", content)
    write_atomically(filled.encode(), page)


def _table(
    results: Sequence[Result], arms: Sequence[Arm], columns: dict[str, tuple[str, str]]
) -> str:
    rows = []
    for arm in arms:
        cells = [estimate(results, arm.name, *source) for source in columns.values()]
        if any(cell.values for cell in cells):
            seeds = max(len(cell.values) for cell in cells)
            rows.append([arm.title, str(seeds), *(_cell(c, seeds) for c in cells)])
    return _markdown(["arm", "seeds", *columns], rows)


def _cell(cell: Estimate, seeds: int) -> str:
    """An estimate, with its number of seeds where that is not the row's."""
    count = len(cell.values)
    return f"{cell} (n={count})" if 0 < count < seeds else str(cell)


def _progress(results: Sequence[Result], arms: Sequence[Arm]) -> str:
    """First and last point of each curve, a row for each run."""
    rows = []
    for arm in arms:
        for run in results:
            if run.arm == arm.name and run.curve:
                epochs, images = (run.curve[-1][key] for key in ("epoch", "images"))
                changes = [_change(run.curve, score) for score in CURVES]
                rows.append(
                    [arm.title, str(run.seed), str(epochs), f"{images:,}", *changes]
                )
    names = [FROZEN[score] for score in CURVES]
    return _markdown(["arm", "seed", "epochs", "images", *names], rows)


def _change(curve: Sequence[dict], score: str) -> str:
    """``untrained → last``; a dash for what the probe did not see."""
    scored = [point for point in curve if score in point["scores"]]
    if not scored:
        return "–"
    first, last = scored[0], scored[-1]
    untrained = f"{first['scores'][score]:.2f}" if first["images"] == 0 else "–"
    return f"{untrained} → {last['scores'][score]:.2f}"


def _costs(results: Sequence[Result], arms: Sequence[Arm]) -> str:
    rows = []
    for arm in arms:
        runs = [
            result.scores
            for result in results
            if (result.arm, result.evaluation) == (arm.name, "pretrain")
        ]
        for cost in runs[:1]:
            images, flops = cost.get("images", 0), cost.get("flops_per_image", 0.0)
            hours = [
                f"{cost.get(clock, 0) / 3600:.2f}" for clock in ("wall_s", "cpu_s")
            ]
            rows.append(
                [
                    arm.title,
                    f"{cost['epochs']:g}",
                    f"{images:,}",
                    f"{flops / 1e9:.3f}",
                    f"{images * flops / 1e12:.1f}",
                    *hours,
                ]
            )
    head = [
        "arm",
        "epochs",
        "images",
        "GFLOP an image",
        "TFLOP",
        "wall clock h",
        "processor h",
    ]
    return _markdown(head, rows)


def _markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    if not rows:
        return "None yet."
    return "\n".join(markdown_table(head, rows, numbers=True))
