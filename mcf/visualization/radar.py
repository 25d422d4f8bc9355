"""Several scores of several networks as one closed line each."""

import math
from collections.abc import Mapping, Sequence

from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from mcf.visualization.curves import FRAME, LINES, svg_text


def radar_svg(axes: Sequence[str], lines: Mapping[str, Sequence[float | None]]) -> str:
    """Radar chart as SVG with a clear background.

    Args:
        axes: Names of the axes, at least three.
        lines: Name → value on each axis, 0 at the centre and 1 on the rim; beyond
            both they are cut. None where it is not known: the line has a gap.

    Returns:
        The ``<svg>`` element.

    Raises:
        ValueError: If there are fewer than three axes, or a line has others.
    """
    if len(axes) < 3 or any(len(values) != len(axes) for values in lines.values()):
        raise ValueError(
            f"a radar needs three axes and a value on each, not {len(axes)} axes and "
            f"{[len(values) for values in lines.values()]} values"
        )
    figure = Figure(figsize=(5.2, 4.2), layout="constrained")
    FigureCanvasSVG(figure)
    plot = figure.add_subplot(projection="polar")
    angles = [2 * math.pi * i / len(axes) for i in range(len(axes))]
    for i, (name, values) in enumerate(lines.items()):
        cut = [math.nan if v is None else min(max(v, 0.0), 1.0) for v in values]
        plot.plot(
            [*angles, angles[0]],
            [*cut, cut[0]],
            color=LINES[i % len(LINES)],
            linestyle=("-", "--", ":")[i // len(LINES) % 3],
            linewidth=1.6,
            marker="o",
            markersize=3,
            label=name.replace("$", r"\$"),  # no formula
        )
    plot.set_ylim(0, 1)
    plot.set_yticks([0.25, 0.5, 0.75, 1.0], ["", "0.5", "", "1"])
    plot.set_xticks(angles, [name.replace("$", r"\$") for name in axes])
    plot.tick_params(colors=FRAME)
    plot.grid(color=FRAME, alpha=0.35, linewidth=0.6)
    plot.spines["polar"].set_color(FRAME)
    figure.legend(
        frameon=False, labelcolor=FRAME, fontsize=8, loc="outside lower center"
    )
    return svg_text(figure)
