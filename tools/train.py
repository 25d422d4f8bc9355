"""Train a model of any host library from a config."""

import argparse
import os
import sys
from pathlib import Path

import mcf  # noqa: F401  first: it lets the host libraries import

# isort: split
from mmengine.config import Config, DictAction
from mmengine.logging import MMLogger
from mmengine.registry import RUNNERS
from mmengine.runner import Runner

from mcf.checkpoint.safe_load import use_safe_loading
from mcf.engine.latest_checkpoint import latest_checkpoint
from mcf.engine.launch import leave_process_group, prepare_cpu_launch
from mcf.engine.work_folder import train, work_folder
from mcf.utils.allocator import keep_freed_memory
from mcf.utils.command import run_command
from mcf.utils.environment import warn_untested


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("config", help="config file")
    parser.add_argument(
        "--work-dir", help="folder for logs and weights (default: work_dirs/CONFIG)"
    )
    parser.add_argument(
        "--resume",
        nargs="?",
        const="auto",
        metavar="CKPT",
        help="go on from a checkpoint; without a path from the newest complete one "
        "of the work dir, or afresh if there is none",
    )
    parser.add_argument(
        "--init-from",
        metavar="CKPT",
        help="start the backbone from weights of any known format",
    )
    parser.add_argument(
        "--amp",
        action="store_true",
        help="mixed precision: optim_wrapper.dtype, else float16 on a GPU and "
        "bfloat16 on a CPU",
    )
    parser.add_argument(
        "--auto-scale-lr",
        action="store_true",
        help="scale the learning rate from auto_scale_lr.base_batch_size",
    )
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
    if args.work_dir is not None:
        cfg.work_dir = args.work_dir
    elif cfg.get("work_dir") is None:
        cfg.work_dir = str(Path("work_dirs") / Path(args.config).stem)
    if args.amp:
        cfg.optim_wrapper.type = "mcf.AmpOptimWrapper"
    if args.auto_scale_lr:
        if "base_batch_size" not in cfg.get("auto_scale_lr", {}):
            raise ValueError(
                "--auto-scale-lr needs auto_scale_lr=dict(base_batch_size=...) in "
                "the config"
            )
        cfg.auto_scale_lr.enable = True
    if args.init_from is not None:
        if cfg.get("load_from"):
            raise ValueError(f"both --init-from and load_from={cfg.load_from!r} given")
        hook = dict(type="mcf.InitBackboneHook", checkpoint=args.init_from)
        cfg.custom_hooks = [*(cfg.get("custom_hooks") or []), hook]
    if args.cfg_options is not None:
        cfg.merge_from_dict(args.cfg_options)
    return cfg


def resolve_resume(cfg: Config, resume: str | None) -> None:
    """Name the checkpoint to go on from; without any, leave a fresh start."""
    if resume not in (None, "auto"):
        cfg.resume, cfg.load_from = True, resume
        return
    if resume is None and (not cfg.get("resume") or cfg.get("load_from")):
        return  # no wish to resume, or the config names the checkpoint
    path = latest_checkpoint(cfg.work_dir)
    cfg.resume = path is not None
    if path is not None:
        cfg.load_from = str(path)
    else:
        MMLogger.get_current_instance().info(
            f"Nothing to resume in {cfg.work_dir}: starting afresh."
        )


def main() -> None:
    args = parse_args()
    use_safe_loading()
    keep_freed_memory()
    warn_untested()
    cfg = merge_args(Config.fromfile(args.config), args)
    with work_folder(cfg):
        resolve_resume(cfg, args.resume)
        prepare_cpu_launch(cfg)
        runner = RUNNERS.build(cfg) if "runner_type" in cfg else Runner.from_cfg(cfg)
        train(runner)
    leave_process_group()


if __name__ == "__main__":
    sys.exit(run_command(main))
