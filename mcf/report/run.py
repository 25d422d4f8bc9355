"""What a run left in its work directory, read back as data.

Nothing in the folder is run, and nothing is read that lies outside of it.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mcf.engine.histories import as_number, as_step, read_selection
from mcf.engine.hooks.selection_hook import HISTORY
from mcf.report.literal_config import read_literal_config
from mcf.report.run_folder import (
    files_within,
    lines_of,
    parsed_json,
    read_bounded,
)
from mcf.utils.decoding import BadImageError, decode_image
from mcf.visualization.page import Picture

Scalars = dict[str, dict[int, float]]
"""Name → iteration or epoch → value, in order."""

UNINTERESTING = {"step", "iter", "epoch", "time", "base_lr"}
ENVIRONMENT = re.compile(r"^ {4}(?P<name>[^:\n]{1,40}): (?P<value>.+)$", re.MULTILINE)
ENVIRONMENT_ENDS = "Runtime environment:"
EXPLAINED = {
    "reconstruction": (
        "From left to right: the face; the patches that each of the two encoders may "
        "see; what the decoder draws for the teacher in place of the whole face; and "
        "where the teacher finds that drawing like the face (bright), layer by layer. "
        "The drawing has to look right to the teacher, not to us."
    )
}
"""What a reader must know about the pictures of a series."""

LONGEST_LINE = 2**16
MOST_SCALARS = 2_000_000
MOST_CURVES = 500
MOST_PICTURES = 100
MOST_PIXELS = 2**26
LARGEST_PICTURE = 2**26
HEAD_OF_LOG = 2**20


@dataclass(frozen=True)
class Run:
    """A run of any task.

    Attributes:
        name: Short name, unique among the runs of a report.
        config: What it was started with, last time, as plain values; any part may be
            absent or of another kind.
        config_text: The same as the run has dumped it.
        config_name: File name of its config without ending.
        curves: What training logged, by iteration.
        scores: What validation logged, by epoch.
        selection: Content of ``selection.json``; empty without
            :class:`mcf.SelectionHook`.
        pictures: What hooks drew last, and pictures that lie in the work directory.
        first_pictures: What hooks drew first.
        environment: System and versions from the log of the last start.
    """

    name: str
    config: Mapping[str, object]
    config_text: str
    config_name: str
    curves: Scalars
    scores: Scalars
    selection: dict
    pictures: list[Picture]
    first_pictures: list[Picture]
    environment: dict[str, str]


def read_run(work_dir: str | Path, name: str | None = None) -> Run:
    """Read a work directory, also of a run that was resumed or is not over.

    Args:
        work_dir: Folder given to training.
        name: Name in the report; that of the folder by default.

    Raises:
        FileNotFoundError: If the folder holds no run that has logged anything.
        ValueError: If a file in it is none that a run writes.
    """
    folder = Path(work_dir)
    configs = files_within(folder, "*/vis_data/config.py")
    if not configs:
        raise FileNotFoundError(f"no */vis_data/config.py in {folder}: not a run")
    name = name or folder.resolve().name
    curves, scores = read_scalars(folder)
    config, text = read_literal_config(configs[-1])
    named = files_within(folder, "*.py") or [Path(name)]
    pictures, first_pictures = read_pictures(folder, name)
    return Run(
        name=name,
        config=config,
        config_text=text,
        config_name=named[-1].stem,
        curves=curves,
        scores=scores,
        selection=next(map(read_selection, files_within(folder, HISTORY)), {}),
        pictures=pictures,
        first_pictures=first_pictures,
        environment=read_environment(folder),
    )


def read_scalars(work_dir: str | Path) -> tuple[Scalars, Scalars]:
    """Logged numbers of training by iteration, of validation and test by epoch.

    Several starts of one run are joined; what a later start repeats replaces the
    earlier one. A line that was cut off by a crash is left out.

    Raises:
        FileNotFoundError: If nothing was logged.
        ValueError: If there is a line of over 64 KiB, one without its step, or more
            than two million numbers or 500 names.
    """
    curves: Scalars = {}
    scores: Scalars = {}
    count = 0
    for file in files_within(Path(work_dir), "*/vis_data/scalars.json"):
        for line in lines_of(file, LONGEST_LINE):
            try:
                logged = parsed_json(line, file)
            except ValueError:
                continue
            step = as_step(logged.get("step")) if isinstance(logged, dict) else None
            if step is None:
                raise ValueError(f"{file} has a line without a step: {line[:80]!r}")
            trained = "iter" in logged
            skipped = UNINTERESTING if trained else UNINTERESTING | {"data_time"}
            target = curves if trained else scores
            for key, value in logged.items():
                number = as_number(value)
                if key not in skipped and number is not None:
                    target.setdefault(key, {})[step] = number
                    count += 1
            if count > MOST_SCALARS or len(target) > MOST_CURVES:
                raise ValueError(
                    f"{file} brings the run over {MOST_SCALARS:,} numbers or "
                    f"{MOST_CURVES} names of them; a report draws no more"
                )
    if not curves:
        raise FileNotFoundError(
            f"no */vis_data/scalars.json with content in {work_dir}; give the work "
            "directory of a run that has logged at least once"
        )
    return _in_order(curves), _in_order(scores)


def read_pictures(
    work_dir: str | Path, run_name: str
) -> tuple[list[Picture], list[Picture]]:
    """Last picture of each series and those in the folder itself; first of each series.

    Damaged ones are left out, and those that make more than 67 megapixels together.

    Raises:
        ValueError: If there are more than 100, or one file is larger than 64 MiB.
    """
    folder = Path(work_dir)
    series: dict[str, dict[int, Path]] = {}
    for file in files_within(folder, "*/vis_data/vis_image/*.png"):
        title, _, step = file.stem.rpartition("_")
        if re.fullmatch("[0-9]{1,15}", step):
            series.setdefault(title, {})[int(step)] = file
    last = [
        (_caption(run_name, title, max(steps)), steps[max(steps)])
        for title, steps in series.items()
    ]
    last += [
        (f"{run_name}: {file.stem.replace('_', ' ')}", file)
        for file in files_within(folder, "*.*")
        if file.suffix in (".png", ".jpg")
    ]
    first = [
        (_caption(run_name, title, min(steps)), steps[min(steps)])
        for title, steps in series.items()
        if len(steps) > 1
    ]
    if len(last) + len(first) > MOST_PICTURES:
        raise ValueError(
            f"{folder} holds {len(last) + len(first)} pictures to show, a report at "
            f"most {MOST_PICTURES}: move some away"
        )
    left = MOST_PIXELS
    found: tuple[list[Picture], list[Picture]] = ([], [])
    for pictures, named in zip(found, (last, first), strict=True):
        for title, file in named:
            data = read_bounded(file, LARGEST_PICTURE)
            limits = dict(min_size=1, max_pixels=left, max_aspect=math.inf)
            try:
                image = decode_image(data, **limits)
            except BadImageError:
                continue
            left -= image.shape[0] * image.shape[1]
            pictures.append(Picture(title, image[..., ::-1]))
    return found


def _caption(run_name: str, title: str, step: int) -> str:
    told = f"{run_name}: {title.replace('_', ' ')} after {step} iterations"
    return " ".join(filter(None, (f"{told}.", EXPLAINED.get(title))))


def read_environment(work_dir: str | Path) -> dict[str, str]:
    """What MMEngine wrote about the machine when the run was started last."""
    logs = files_within(Path(work_dir), "*/*.log")
    if not logs:
        return {}
    with logs[-1].open(encoding="utf-8", errors="replace") as log:
        text, _, rest = log.read(HEAD_OF_LOG).partition(ENVIRONMENT_ENDS)
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
