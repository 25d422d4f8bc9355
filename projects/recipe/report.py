"""Table and plot of the results: what each arm scores, against its processor time."""

import argparse
import io
import json
import sys
from dataclasses import dataclass
from pathlib import Path

from mcf.utils.atomic_file import write_atomically

RESULTS = Path(__file__).parent / "results"
PANELS = {  # score: title
    "landmarks/ridge_nme": "Helen-29, NME in %",
    "parts/linear_f1": "CelebAMask mini, linear F1",
    "parts/knn_f1": "CelebAMask mini, neighbours' F1",
    "parts_pixels/linear_f1": "CelebAMask mini, linear F1 of pixels",
    "age/mae_years": "UTKFace, years",
    "lfw/accuracy": "LFW pairs, %",
}


@dataclass(frozen=True)
class Result:
    """One pre-training, evaluated.

    Attributes:
        arm: Its name.
        epochs: Epochs done.
        of_epochs: Length of its schedule.
        seed: Of everything random.
        processor_s: User and system time of loading, targets and training.
        scores: By the names of ``PANELS``; those that were not run are missing.
    """

    arm: str
    epochs: int
    of_epochs: int
    seed: int
    processor_s: float
    scores: dict[str, float]


def read_results(folder: Path) -> list[Result]:
    """Results of a folder, by arm and cost."""
    found = [Result(**json.loads(path.read_text())) for path in folder.glob("*.json")]
    return sorted(found, key=lambda r: (r.arm, r.processor_s))


def table(results: list[Result]) -> str:
    """Results as a table in Markdown."""
    lines = [
        " | ".join(["| arm", "epochs", "seed", "processor s", *PANELS.values()]) + " |",
        "|---" * (4 + len(PANELS)) + "|",
    ]
    for r in results:
        scores = [f"{r.scores[n]:.2f}" if n in r.scores else "not run" for n in PANELS]
        epochs = f"{r.epochs} of {r.of_epochs}"
        cells = [r.arm, epochs, str(r.seed), f"{r.processor_s:.0f}", *scores]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def draw(results: list[Result], path: Path) -> None:
    """Plot of each score against processor time, a line for each arm."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 5), layout="constrained")
    for axes, (name, title) in zip(figure.subplots(2, 3).flat, PANELS.items()):
        for arm in sorted({result.arm for result in results}):
            points = [r for r in results if r.arm == arm and name in r.scores]
            axes.plot(
                [r.processor_s for r in points],
                [r.scores[name] for r in points],
                marker="o",
                label=arm,
            )
        axes.set_title(title, fontsize=9)
        axes.set_xlabel("processor time in s", fontsize=8)
        axes.tick_params(labelsize=8)
    axes.legend(fontsize=8)
    buffer = io.BytesIO()
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": ""}):  # text stays text
        figure.savefig(buffer, format=path.suffix.removeprefix("."))
    write_atomically(buffer.getvalue(), path)


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--plot", type=Path, help="SVG or PNG to write")
    args = parser.parse_args(argv)
    results = read_results(args.results)
    print(table(results), end="")
    if args.plot:
        draw(results, args.plot)


if __name__ == "__main__":
    sys.exit(main())
