"""Report of a pre-training run: one page with curves, tables and pictures."""

import json
from collections.abc import Sequence
from pathlib import Path

import cv2
from mmengine.config import Config

from mcf.utils import environment
from mcf.visualization.curves import curve_svg
from mcf.visualization.page import Chart, Page, Picture, Table

CURVES = {
    "loss_feature": "feature loss",
    "loss_contrastive": "contrastive loss",
    "lr": "learning rate",
    "momentum": "momentum of the second encoder",
    "images_per_s": "images per second",
    "data_time": "seconds of waiting for data per iteration",
}
"""Scalars of the log that the report shows, and what they are called there."""

Scalars = dict[str, dict[int, float]]


def write_report(
    work_dir: str | Path,
    out_dir: str | Path,
    *,
    title: str,
    tables: Sequence[Table] = (),
    pictures: Sequence[Picture] = (),
    notes: Sequence[str] = (),
) -> Path:
    """Write ``report.html`` (self-contained) and ``report.md`` about a run.

    Args:
        work_dir: Work directory of a pre-training run, also one that was resumed.
        out_dir: Where to write; made if absent.
        title: Headline.
        tables: Results, for example of probes; they come first.
        pictures: More pictures; they come after those of the run.
        notes: Paragraphs under the headline.

    Returns:
        Path of the HTML file.

    Raises:
        FileNotFoundError: If the folder holds no run that has logged anything.
    """
    work_dir, out_dir = Path(work_dir), Path(out_dir)
    scalars = read_scalars(work_dir)
    page = Page(
        title=title,
        notes=notes,
        charts=[
            Chart(name, curve_svg(list(scalars[key]), list(scalars[key].values())))
            for key, name in CURVES.items()
            if key in scalars
        ],
        results=tables,
        tables=[_first_and_last(scalars), run_facts(work_dir), _machine()],
        pictures=[*reconstruction_pictures(work_dir), *pictures],
    )
    out_dir.mkdir(parents=True, exist_ok=True)
    (out_dir / "report.md").write_text(page.to_markdown(out_dir), encoding="utf-8")
    html = out_dir / "report.html"
    html.write_text(page.to_html(), encoding="utf-8")
    return html


def read_scalars(work_dir: str | Path) -> Scalars:
    """Logged training scalars: name → iteration → value, iterations in order.

    Several starts of one run are joined; what a later start repeats replaces the
    earlier one. A last line cut off by a crash is left out.

    Raises:
        FileNotFoundError: If nothing was logged.
    """
    files = sorted(Path(work_dir).glob("*/vis_data/scalars.json"))
    scalars: Scalars = {}
    for file in files:
        for line in file.read_text(encoding="utf-8").splitlines():
            try:
                logged = json.loads(line)
            except json.JSONDecodeError:
                continue
            step = logged.pop("step")
            for name, value in logged.items():
                if isinstance(value, (int, float)):
                    scalars.setdefault(name, {})[step] = value
    if not scalars:
        raise FileNotFoundError(
            f"no */vis_data/scalars.json with content in {work_dir}; give the work "
            "directory of a run that has logged at least once"
        )
    return {name: dict(sorted(points.items())) for name, points in scalars.items()}


def run_facts(work_dir: str | Path) -> Table:
    """What the run was, from the config that it wrote.

    Raises:
        FileNotFoundError: If the folder holds no config.
    """
    configs = sorted(Path(work_dir).glob("*/vis_data/config.py"))
    if not configs:
        raise FileNotFoundError(f"no */vis_data/config.py in {work_dir}")
    config = Config.fromfile(configs[-1], import_custom_modules=False)
    names = [file.stem for file in sorted(Path(work_dir).glob("*.py"))]
    loader = config.train_dataloader
    optimizer = config.optim_wrapper
    rows = {
        "config": ", ".join(names),
        "backbone": _sentence(config.model.get("backbone")),
        "teacher": _sentence(config.model.get("target_generator")),
        "data": _sentence(_innermost(loader.dataset)),
        "images per batch and process": str(loader.batch_size),
        "batches per optimiser step": str(optimizer.get("accumulative_counts", 1)),
        "optimiser": _sentence(optimizer.get("optimizer")),
        "length": _sentence(config.train_cfg),
    }
    return Table("Run", (), [[name, text] for name, text in rows.items() if text])


def reconstruction_pictures(work_dir: str | Path) -> list[Picture]:
    """First and last reconstruction sheet of a run, as far as there are any."""
    sheets = {
        int(file.stem.rpartition("_")[2]): file
        for file in sorted(
            Path(work_dir).glob("*/vis_data/vis_image/reconstruction_*.png")
        )
    }
    return [
        Picture(
            f"Reconstruction after {step} iterations",
            cv2.imread(str(sheets[step]))[..., ::-1],
        )
        for step in sorted({*sorted(sheets)[:1], *sorted(sheets)[-1:]})
    ]


def _first_and_last(scalars: Scalars) -> Table:
    rows = []
    for key, name in CURVES.items():
        if key in scalars:
            points = list(scalars[key].items())
            ends = (points[0], points[-1])
            rows.append([name, *(f"{value:.4g} at {step}" for step, value in ends)])
    return Table("Log", ("", "first, at iteration", "last, at iteration"), rows)


def _machine() -> Table:
    sections = environment.report()
    rows = [
        [line.name, line.value, line.note]
        for section in ("System", "PyTorch", "Host libraries")
        for line in sections[section]
    ]
    return Table("Machine that wrote this report", (), rows)


def _innermost(dataset: dict) -> dict:
    """Where the images come from, below all wrappers."""
    while "dataset" in dataset:
        dataset = dataset["dataset"]
    return dataset.get("store", dataset)


def _sentence(settings: dict | None) -> str:
    """Settings as text: type first, then name and value, nested ones in brackets."""
    if not settings:
        return ""
    parts = []
    for name, value in settings.items():
        if isinstance(value, dict):
            parts.append(f"{name} ({_sentence(value)})")
        elif name == "type":
            parts.insert(0, str(value))
        elif value is not None:
            parts.append(f"{name} {value}")
    return ", ".join(parts)
