"""What all runs of the benchmark have in common."""

from pathlib import Path
from uuid import uuid4

from mmengine.config import Config

from mcf.engine.latest_checkpoint import latest_checkpoint


def make_resumable(config: Config, work_dir: Path, *, seed: int) -> None:
    """Let a config run in a folder, from its newest checkpoint if there is one.

    The run gets a name of its own: MMEngine names runs by the second and would mix
    those of one process that begin in the same one.

    Args:
        config: It is changed.
        work_dir: Folder of the run.
        seed: Of everything random.
    """
    config.work_dir = str(work_dir)
    config.experiment_name = f"{work_dir.name}_{uuid4().hex}"
    config.randomness = dict(seed=seed)
    checkpoint = latest_checkpoint(work_dir)
    config.resume = checkpoint is not None
    config.load_from = checkpoint and str(checkpoint)
