"""Curves of runs as pictures that suit light and dark pages."""

import io
from collections.abc import Mapping

import matplotlib
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

LINES = ("#3b82f6", "#f97316", "#10b981", "#ec4899", "#a855f7", "#eab308")
FRAME = "#8a919c"


def curves_svg(
    curves: Mapping[str, Mapping[float, float]], *, x_label: str = "iteration"
) -> str:
    """Line chart as SVG with a clear background and mid-grey axes.

    Args:
        curves: Name → x → y; a curve of one point is drawn as a dot. Several get a
            legend, and colours again after six. An empty one only takes its colour,
            so that a run has the same one in every chart.
        x_label: Name of the x axis.

    Returns:
        The ``<svg>`` element.
    """
    figure = Figure(figsize=(4.6, 2.5), layout="constrained")
    FigureCanvasSVG(figure)
    axes = figure.add_subplot()
    for i, (name, points) in enumerate(curves.items()):
        if not points:
            continue
        axes.plot(
            [*points],
            [*points.values()],
            color=LINES[i % len(LINES)],
            linestyle=("-", "--", ":")[i // len(LINES) % 3],
            linewidth=1.6,
            marker="o" * (len(points) == 1),
            label=name.replace("$", r"\$"),  # no formula
        )
    axes.set_xlabel(x_label, color=FRAME)
    axes.tick_params(colors=FRAME)
    axes.grid(color=FRAME, alpha=0.25, linewidth=0.6)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(FRAME)
    axes.yaxis.get_offset_text().set_color(FRAME)
    if len(axes.lines) > 1:
        axes.legend(frameon=False, labelcolor=FRAME, fontsize=8)
    return svg_text(figure)


def svg_text(figure: Figure) -> str:
    """The ``<svg>`` element of a figure; equal figures give equal text."""
    buffer = io.StringIO()
    # fixed salt and no metadata: the same run gives the same file
    nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    with matplotlib.rc_context({"svg.hashsalt": "mcf", "font.size": 9}):
        figure.savefig(buffer, format="svg", transparent=True, metadata=nothing)
    text = buffer.getvalue()
    return text[text.index("<svg") :].strip()
