"""The folder of a run, which only one run may use at a time."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mmengine.config import Config

from mcf.engine.latest_checkpoint import named_checkpoint
from mcf.utils.atomic_file import naming_full_disk
from mcf.utils.lock import held

RANKS = dict(pytorch="RANK", slurm="SLURM_PROCID", mpi="OMPI_COMM_WORLD_RANK")
"""Variables by launcher that number the processes of a run."""


@contextmanager
def work_folder(config: Config) -> Iterator[None]:
    """Hold ``config.work_dir`` for a run, from before its runner is built to its end.

    Of several processes of one run, the first holds it.

    Raises:
        ValueError: If another run works there, naming it.
        OSError: If the folder cannot be written.
    """
    rank = os.environ.get(RANKS.get(config.get("launcher"), ""), "0")
    with held(config.work_dir, needed=rank == "0"), naming_full_disk(config.work_dir):
        yield


def how_to_go_on(folder: Path) -> str:
    """How a run that was stopped can be continued, as a clause."""
    newest = named_checkpoint(folder)
    if newest is None:
        return f"no checkpoint is in {folder} yet, so the next run starts afresh"
    return f"continue from {newest.name} with --resume (work folder {folder})"
