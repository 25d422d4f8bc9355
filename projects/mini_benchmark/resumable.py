"""What all runs of the benchmark have in common."""

from pathlib import Path

from mmengine.config import Config

from mcf.engine.latest_checkpoint import latest_checkpoint
from mcf.utils.atomic_file import write_atomically

CHECKSUM = "settings.txt"
"""File of a run's folder with the checksum of what runs there."""


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


def refuse_other_weights(config: Config) -> None:
    """Check that a run starts from its seed.

    Raises:
        ValueError: If the config starts from a checkpoint of its own.
    """
    if config.get("load_from"):
        raise ValueError(
            f"load_from={config.load_from!r}: runs of the benchmark start from their "
            "seed; give weights to a part of the model (init_cfg)"
        )
