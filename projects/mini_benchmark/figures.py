"""Curves of the probes against images seen and against computation."""

import io
from collections.abc import Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from mcf.utils.atomic_file import write_atomically
from projects.mini_benchmark.arms import Arm
from projects.mini_benchmark.results import Result
from projects.mini_benchmark.summary import Curve, curves

CURVES = {
    "landmarks/ridge_nme": "landmarks, NME %\n(lower is better)",
    "parts/linear_f1": "parts, linear, F1 %\n(higher is better)",
    "parts/knn_f1": "parts, neighbours, F1 %\n(higher is better)",
}


def write_curves(results: Sequence[Result], arms: Sequence[Arm], path: Path) -> bool:
    """Draw every curve of every seed, a colour or dash for each arm; a PNG.

    An untrained network, the first point of all, is a dotted line.

    Returns:
        Whether there was anything to draw.
    """
    trained = _trained(results, arms)
    names = [arm.name for arm in trained]
    drawn = {
        label: [curve for curve in curves(results, score) if curve.arm in names]
        for score, label in CURVES.items()
    }
    drawn = {label: found for label, found in drawn.items() if found}
    if not drawn:
        return False
    figure = Figure(figsize=(4.4 * len(drawn), 7), layout="constrained")
    canvas = FigureCanvasAgg(figure)
    panels = figure.subplots(2, len(drawn), sharex="row", squeeze=False)
    for column, (label, found) in enumerate(drawn.items()):
        top, bottom = panels[:, column]
        for curve in found:
            style = dict(line_style(names.index(curve.arm)), marker="o", markersize=3)
            top.plot([n / 1000 for n in curve.images], curve.scores, **style)
            bottom.plot([n / 1e12 for n in curve.flops], curve.scores, **style)
        for axes, x_label in ((top, "thousand images seen"), (bottom, "TFLOP spent")):
            axes.set_xlabel(x_label)
            axes.set_ylabel(label)
            _untrained(axes, found)
    lines = [panels[0, 0].plot([], [], **line_style(i))[0] for i in range(len(names))]
    titles = [arm.title for arm in trained]
    figure.legend(lines, titles, loc="outside lower center", ncols=3, frameon=False)
    buffer = io.BytesIO()
    canvas.print_png(buffer)
    write_atomically(buffer.getvalue(), path)
    return True


def line_style(index: int) -> dict[str, str]:
    """Of the arm with this index; colours begin anew after ten, dashes tell apart."""
    turn, colour = divmod(index, 10)
    return dict(color=f"C{colour}", linestyle=("-", "--", "-.")[turn % 3])


def _trained(results: Sequence[Result], arms: Sequence[Arm]) -> list[Arm]:
    long = {r.arm for r in results if len(r.curve or []) > 1}
    return [arm for arm in arms if arm.name in long]


def _untrained(axes: Axes, found: Sequence[Curve]) -> None:
    starts = [curve.scores[0] for curve in found if curve.images[0] == 0]
    if starts:
        axes.axhline(sum(starts) / len(starts), color="grey", linestyle=":")
    axes.grid(alpha=0.3)
    axes.spines[["top", "right"]].set_visible(False)
