"""Pre-train one arm for some epochs and write what that cost."""

import argparse
import json
import sys
import time
from pathlib import Path

import mcf  # noqa: F401  first: it lets the host libraries import

# isort: split

from mmengine.config import Config
from mmengine.hooks import Hook
from mmengine.runner import Runner

from mcf.engine.train import train
from mcf.registry import HOOKS
from mcf.utils.atomic_file import write_atomically
from projects.mini_benchmark.paths import relocated

COST = "processor_time.json"


@HOOKS.register_module()
class ProcessorTimeHook(Hook):
    """Adds up user and system time of the epochs: loading, targets and training.

    Without loader workers the process does all the work, so nothing is missing but the
    imports. Written after each epoch into ``processor_time.json``.
    """

    priority = "VERY_HIGH"

    def before_train_epoch(self, runner: Runner) -> None:
        """Start the clock."""
        self._start = time.process_time()

    def after_train_epoch(self, runner: Runner) -> None:
        """Add the epoch."""
        path = Path(runner.work_dir) / COST
        epochs = json.loads(path.read_text()) if path.is_file() else []
        epochs = [*epochs[: runner.epoch], time.process_time() - self._start]
        write_atomically(json.dumps(epochs).encode(), path)


def settings(arm: Path, *, epochs: int, faces: Path, data: Path, work: Path) -> Config:
    """Config of an arm at a budget: one process, its schedule ending with the budget.

    Args:
        arm: Config with the warm-up and cosine schedule of the mini benchmark.
        epochs: The budget, at least 2.
        faces: Store to pre-train on.
        data: Folder that stands for ``data/`` in the config.
        work: Folder that keeps the cache of targets.
    """
    config = Config(
        relocated(Config.fromfile(arm).to_dict(), data=data, backbones=work)
    )
    config.train_cfg.max_epochs = epochs
    config.param_scheduler[1].update(T_max=epochs - 1, end=epochs)
    config.train_dataloader.update(num_workers=0, persistent_workers=False)
    config.train_dataloader.dataset.dataset.store.root = str(faces)
    if "folder" in config.model.get("target_generator", {}).get("teacher", {}):
        config.model.target_generator.teacher.folder = str(work / "targets")
    config.custom_hooks = [
        *config.custom_hooks,
        dict(type="mcf.CostHook"),
        dict(type="mcf.ProcessorTimeHook"),
        dict(type="mcf.ExportBackboneHook", encoder="online"),
    ]
    return config


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("arm", type=Path, help="config of the arm")
    parser.add_argument("--epochs", type=int, required=True)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--faces", type=Path, required=True, help="store of faces")
    parser.add_argument("--data", type=Path, required=True, help="for data/ in configs")
    parser.add_argument("--work", type=Path, required=True, help="folder of all runs")
    args = parser.parse_args(argv)
    config = settings(
        args.arm, epochs=args.epochs, faces=args.faces, data=args.data, work=args.work
    )
    run = f"{args.arm.stem}_{args.epochs}e_seed{args.seed}"
    train(config, out=args.work / run, resume=True, seed=args.seed)


if __name__ == "__main__":
    sys.exit(main())
