"""Test a model of any host library from a config and a checkpoint."""

import argparse
import os
import sys
from pathlib import Path

import mcf  # noqa: F401  first: it lets the host libraries import

# isort: split
import mmengine
from mmengine.config import Config, DictAction
from mmengine.runner import Runner

from mcf.checkpoint.safe_load import use_safe_loading
from mcf.engine.launch import leave_process_group, prepare_cpu_launch
from mcf.utils.atomic_file import write_atomically
from mcf.utils.command import run_command
from mcf.utils.environment import warn_untested

OUT_SUFFIXES = (".json", ".yaml", ".yml", ".pkl", ".pickle")


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("config", help="config file")
    parser.add_argument("checkpoint", help="weights to test")
    parser.add_argument(
        "--work-dir", help="folder for logs (default: work_dirs/CONFIG)"
    )
    parser.add_argument("--out", help="also write the metrics to this .json file")
    parser.add_argument(
        "--cfg-options",
        nargs="+",
        action=DictAction,
        help="override settings, key=value; lists as key=a,b or key='[a,b]'",
    )
    parser.add_argument(
        "--launcher", choices=["none", "pytorch", "slurm", "mpi"], default="none"
    )
    parser.add_argument("--local_rank", "--local-rank", type=int, default=0)
    args = parser.parse_args()
    os.environ.setdefault("LOCAL_RANK", str(args.local_rank))
    return args


def merge_args(cfg: Config, args: argparse.Namespace) -> Config:
    """Write the command line into the config; --cfg-options have the last word."""
    cfg.launcher = args.launcher
    cfg.load_from, cfg.resume = args.checkpoint, False
    if args.work_dir is not None:
        cfg.work_dir = args.work_dir
    elif cfg.get("work_dir") is None:
        cfg.work_dir = str(Path("work_dirs") / Path(args.config).stem)
    if args.cfg_options is not None:
        cfg.merge_from_dict(args.cfg_options)
    if cfg.get("test_dataloader") is None:
        raise ValueError(
            f"{args.config} has no test_dataloader: it describes training only. Test "
            "with a config that has test_dataloader, test_cfg and test_evaluator"
        )
    return cfg


def check_out(path: str | None) -> None:
    """Refuse a file of metrics that could not be written after the test.

    Raises:
        ValueError: If its suffix names no format.
    """
    if path is not None and Path(path).suffix not in OUT_SUFFIXES:
        raise ValueError(
            f"--out {path} must end in one of {', '.join(OUT_SUFFIXES)}, which names "
            "the format of the metrics"
        )


def main() -> None:
    args = parse_args()
    check_out(args.out)
    use_safe_loading()
    warn_untested()
    cfg = merge_args(Config.fromfile(args.config), args)
    prepare_cpu_launch(cfg)
    metrics = Runner.from_cfg(cfg).test()
    if args.out is not None:
        content = mmengine.dump(metrics, file_format=Path(args.out).suffix[1:])
        write_atomically(content, args.out)
    leave_process_group()


if __name__ == "__main__":
    sys.exit(run_command(main))
