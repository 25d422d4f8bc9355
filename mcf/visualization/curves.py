"""Curves of a run as pictures that suit light and dark pages."""

import io
from collections.abc import Sequence

import matplotlib
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

LINE = "#3b82f6"
FRAME = "#8a919c"


def curve_svg(
    steps: Sequence[float], values: Sequence[float], *, x_label: str = "iteration"
) -> str:
    """Line chart as SVG with a clear background and mid-grey axes.

    Args:
        steps: x of the points.
        values: y of the points; a single one is drawn as a dot.
        x_label: Name of the x axis.

    Returns:
        The ``<svg>`` element.
    """
    figure = Figure(figsize=(4.6, 2.5), layout="constrained")
    FigureCanvasSVG(figure)
    axes = figure.add_subplot()
    axes.plot(steps, values, color=LINE, linewidth=1.6, marker="o" * (len(steps) == 1))
    axes.set_xlabel(x_label, color=FRAME)
    axes.tick_params(colors=FRAME)
    axes.grid(color=FRAME, alpha=0.25, linewidth=0.6)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(FRAME)
    axes.yaxis.get_offset_text().set_color(FRAME)
    buffer = io.StringIO()
    # fixed salt and no metadata: the same run gives the same file
    nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    with matplotlib.rc_context({"svg.hashsalt": "mcf", "font.size": 9}):
        figure.savefig(buffer, format="svg", transparent=True, metadata=nothing)
    text = buffer.getvalue()
    return text[text.index("<svg") :].strip()
