"""What a run left in its work directory, read back."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

import cv2
from mmengine.config import Config

from mcf.engine.hooks.selection_hook import HISTORY
from mcf.visualization.page import Picture

Scalars = dict[str, dict[int, float]]
"""Name → iteration or epoch → value, in order."""

UNINTERESTING = {"step", "iter", "epoch", "time", "base_lr"}
ENVIRONMENT = re.compile(r"^ {4}(?P<name>[^:\n]{1,40}): (?P<value>.+)$", re.MULTILINE)
ENVIRONMENT_ENDS = "Runtime environment:"


@dataclass(frozen=True)
class Run:
    """A run of any task.

    Attributes:
        name: Short name, unique among the runs of a report.
        config: What it was started with, last time.
        config_name: File name of its config without ending.
        curves: What training logged, by iteration.
        scores: What validation logged, by epoch.
        selection: Content of ``selection.json``; empty without
            :class:`mcf.SelectionHook`.
        pictures: What hooks drew, first and last of each series, and pictures that lie
            in the work directory.
        environment: System and versions from the log of the last start.
    """

    name: str
    config: Config
    config_name: str
    curves: Scalars
    scores: Scalars
    selection: dict
    pictures: list[Picture]
    environment: dict[str, str]


def read_run(work_dir: str | Path, name: str | None = None) -> Run:
    """Read a work directory, also of a run that was resumed or is not over.

    Args:
        work_dir: Folder given to training.
        name: Name in the report; that of the folder by default.

    Raises:
        FileNotFoundError: If the folder holds no run that has logged anything.
    """
    folder = Path(work_dir)
    configs = sorted(folder.glob("*/vis_data/config.py"))
    if not configs:
        raise FileNotFoundError(f"no */vis_data/config.py in {folder}: not a run")
    name = name or folder.resolve().name
    curves, scores = read_scalars(folder)
    selection = folder / HISTORY
    named = sorted(folder.glob("*.py")) or [Path(name)]
    return Run(
        name=name,
        config=Config.fromfile(configs[-1], import_custom_modules=False),
        config_name=named[-1].stem,
        curves=curves,
        scores=scores,
        selection=json.loads(selection.read_text()) if selection.is_file() else {},
        pictures=read_pictures(folder, name),
        environment=read_environment(folder),
    )


def read_scalars(work_dir: str | Path) -> tuple[Scalars, Scalars]:
    """Logged numbers of training by iteration, of validation and test by epoch.

    Several starts of one run are joined; what a later start repeats replaces the
    earlier one. A last line cut off by a crash is left out.

    Raises:
        FileNotFoundError: If nothing was logged.
    """
    curves: Scalars = {}
    scores: Scalars = {}
    for file in sorted(Path(work_dir).glob("*/vis_data/scalars.json")):
        for line in file.read_text(encoding="utf-8").splitlines():
            try:
                logged = json.loads(line)
            except json.JSONDecodeError:
                continue
            trained = "iter" in logged
            skipped = UNINTERESTING if trained else UNINTERESTING | {"data_time"}
            target = curves if trained else scores
            for key, value in logged.items():
                if key not in skipped and isinstance(value, (int, float)):
                    target.setdefault(key, {})[logged["step"]] = value
    if not curves:
        raise FileNotFoundError(
            f"no */vis_data/scalars.json with content in {work_dir}; give the work "
            "directory of a run that has logged at least once"
        )
    return _in_order(curves), _in_order(scores)


def read_pictures(work_dir: str | Path, run_name: str) -> list[Picture]:
    """First and last of each series of pictures, and those in the folder itself."""
    series: dict[str, dict[int, Path]] = {}
    for file in sorted(Path(work_dir).glob("*/vis_data/vis_image/*.png")):
        title, _, step = file.stem.rpartition("_")
        if step.isdigit():
            series.setdefault(title, {})[int(step)] = file
    found = [
        (f"{run_name}: {title.replace('_', ' ')} after {step} iterations", steps[step])
        for title, steps in series.items()
        for step in sorted({min(steps), max(steps)})
    ]
    found += [
        (f"{run_name}: {file.stem.replace('_', ' ')}", file)
        for file in sorted(Path(work_dir).glob("*.*"))
        if file.suffix in (".png", ".jpg")
    ]
    images = ((title, cv2.imread(str(file))) for title, file in found)
    return [Picture(title, x[..., ::-1]) for title, x in images if x is not None]


def read_environment(work_dir: str | Path) -> dict[str, str]:
    """What MMEngine wrote about the machine when the run was started last."""
    logs = sorted(Path(work_dir).glob("*/*.log"))
    if not logs:
        return {}
    text, _, rest = logs[-1].read_text(encoding="utf-8").partition(ENVIRONMENT_ENDS)
    if not rest:
        return {}
    found = ENVIRONMENT.finditer(text.partition("System environment:")[2])
    return {
        match["name"]: match["value"]
        for match in found
        if match["name"] not in ("PyTorch compiling details", "GCC")
    }


def _in_order(scalars: Scalars) -> Scalars:
    return {name: dict(sorted(points.items())) for name, points in scalars.items()}
