"""What all runs of the benchmark have in common."""

import hashlib
import json
from pathlib import Path
from uuid import uuid4

from mmengine.config import Config

from mcf.engine.latest_checkpoint import latest_checkpoint
from mcf.utils.atomic_file import write_atomically

CHECKSUM = "settings.txt"
"""File of a run's folder with the checksum of what runs there."""


def checksum(about: object) -> str:
    """Text that is equal for equal plain values."""
    text = json.dumps(about, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def claim(work_dir: Path, settings: str, *, known: bool = False) -> None:
    """Reserve a folder for one run, before that begins.

    Args:
        work_dir: Folder of the run.
        settings: Checksum of everything that the run is made of.
        known: The folder is known to be of this run, even if it has no checksum.

    Raises:
        ValueError: If the folder is of other settings, or holds checkpoints of
            unknown ones.
    """
    path = work_dir / CHECKSUM
    if path.is_file():
        same = path.read_text().strip() == settings
    else:
        same = known or latest_checkpoint(work_dir) is None
    if not same:
        raise ValueError(
            f"{work_dir} holds an unfinished run that was made with other settings; "
            "go on with those, delete the folder, or use another one"
        )
    write_atomically(f"{settings}\n".encode(), path)


def make_resumable(config: Config, work_dir: Path, *, seed: int) -> None:
    """Let a config run in a folder, from its newest checkpoint if there is one.

    The run gets a name of its own: MMEngine names runs by the second and would mix
    those of one process that begin in the same one.

    Args:
        config: It is changed.
        work_dir: Folder of the run.
        seed: Of everything random.

    Raises:
        ValueError: If the config starts from a checkpoint of its own.
    """
    if config.get("load_from"):
        raise ValueError(
            f"load_from={config.load_from!r}: runs of the benchmark start from their "
            "seed; give weights to a part of the model (init_cfg)"
        )
    config.work_dir = str(work_dir)
    config.experiment_name = f"{work_dir.name}_{uuid4().hex}"
    config.randomness = dict(seed=seed)
    checkpoint = latest_checkpoint(work_dir)
    config.resume = checkpoint is not None
    config.load_from = checkpoint and str(checkpoint)
