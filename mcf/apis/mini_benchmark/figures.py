"""Curves of the probes against images seen and against computation."""

import io
from collections.abc import Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from mcf.apis.mini_benchmark.arms import Arm
from mcf.apis.mini_benchmark.results import Result
from mcf.apis.mini_benchmark.summary import Curve, curves
from mcf.utils.atomic_file import write_atomically

CURVES = {
    "landmarks/ridge_nme": "landmarks, NME % (lower is better)",
    "parts/linear_f1": "parts, F1 % (higher is better)",
}


def write_curves(results: Sequence[Result], arms: Sequence[Arm], path: Path) -> None:
    """Draw every curve of every seed, a colour for each arm; a PNG.

    An untrained network, the first point of all, is a dotted line.
    """
    figure = Figure(figsize=(10, 7), layout="constrained")
    canvas = FigureCanvasAgg(figure)
    colours = {arm.name: f"C{i}" for i, arm in enumerate(_trained(results, arms))}
    panels = figure.subplots(2, len(CURVES), sharex="row")
    for column, (score, name) in enumerate(CURVES.items()):
        found = [c for c in curves(results, score) if c.arm in colours]
        top, bottom = panels[0][column], panels[1][column]
        for curve in found:
            style = dict(color=colours[curve.arm], marker="o", markersize=3)
            top.plot([n / 1000 for n in curve.images], curve.scores, **style)
            bottom.plot([n / 1e12 for n in curve.flops], curve.scores, **style)
        for axes, label in ((top, "thousand images seen"), (bottom, "TFLOP spent")):
            axes.set_xlabel(label)
            axes.set_ylabel(name)
            _untrained(axes, found)
    titles = {arm.name: arm.title for arm in arms}
    handles = [panels[0][0].plot([], [], color=c)[0] for c in colours.values()]
    names = [titles[arm] for arm in colours]
    figure.legend(handles, names, loc="outside lower center", ncols=3, frameon=False)
    buffer = io.BytesIO()
    canvas.print_png(buffer)
    write_atomically(buffer.getvalue(), path)


def _trained(results: Sequence[Result], arms: Sequence[Arm]) -> list[Arm]:
    long = {r.arm for r in results if len(r.curve or []) > 1}
    return [arm for arm in arms if arm.name in long]


def _untrained(axes: Axes, found: Sequence[Curve]) -> None:
    starts = [curve.scores[0] for curve in found if curve.images[0] == 0]
    if starts:
        axes.axhline(sum(starts) / len(starts), color="grey", linestyle=":")
    axes.grid(alpha=0.3)
    axes.spines[["top", "right"]].set_visible(False)
