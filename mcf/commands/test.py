"""Test a checkpoint of any host library's model with its config."""

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from mcf.commands.parser import (
    add_config,
    add_config_options,
    add_launch_options,
    command_parser,
)

if TYPE_CHECKING:
    from mmengine.config import Config

EXAMPLE = """
mcf test mcf_vit-base-p16_heatcoord_8xb5-fp32-step-150e_wflw-448 \\
    work_dirs/wflw/epoch_150.pth --data data/WFLW --out wflw.json
"""
OUT_SUFFIXES = (".json", ".yaml", ".yml", ".pkl", ".pickle")


def parse_args(argv: list[str] | None) -> argparse.Namespace:
    parser = command_parser("test", __doc__, example=EXAMPLE)
    add_config(parser)
    parser.add_argument("checkpoint", help="weights to test")
    parser.add_argument(
        "--data",
        metavar="PATH",
        help="where the faces are, in place of the paths in the config",
    )
    parser.add_argument(
        "--work-dir", help="folder for logs (default: work_dirs/CONFIG)"
    )
    parser.add_argument("--out", help="file for the metrics, .json, .yaml or .pkl")
    add_config_options(parser)
    add_launch_options(parser)
    args = parser.parse_args(argv)
    os.environ.setdefault("LOCAL_RANK", str(args.local_rank))
    return args


def merge_args(cfg: "Config", args: argparse.Namespace) -> "Config":
    """Write the command line into the config; --cfg-options have the last word."""
    from mcf.engine.data_path import set_data_path
    from mcf.utils.options import merge_options

    cfg.launcher = args.launcher
    cfg.load_from, cfg.resume = args.checkpoint, False
    if args.work_dir is not None:
        cfg.work_dir = args.work_dir
    elif cfg.get("work_dir") is None:
        cfg.work_dir = str(Path("work_dirs") / Path(args.config).stem)
    if args.data is not None:
        set_data_path(cfg, args.data)
    if args.cfg_options is not None:
        merge_options(cfg, args.cfg_options)
    if cfg.get("test_dataloader") is None:
        raise ValueError(
            f"{args.config} has no test_dataloader: it describes training only. Test "
            "with a config that has test_dataloader, test_cfg and test_evaluator"
        )
    fitting = dict(type="mcf.FittingWeightsHook")
    cfg.custom_hooks = [*(cfg.get("custom_hooks") or []), fitting]
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


def main(argv: list[str] | None = None) -> None:
    args = parse_args(argv)
    check_out(args.out)
    import mmengine
    from mmengine.runner import Runner

    from mcf.checkpoint.safe_load import use_safe_loading
    from mcf.engine.launch import leave_process_group, prepare_cpu_launch
    from mcf.utils.atomic_file import write_atomically
    from mcf.utils.configs import read_config
    from mcf.utils.environment import warn_untested

    use_safe_loading()
    warn_untested()
    cfg = merge_args(read_config(args.config), args)
    prepare_cpu_launch(cfg)
    metrics = Runner.from_cfg(cfg).test()
    if args.out is not None:
        content = mmengine.dump(metrics, file_format=Path(args.out).suffix[1:])
        write_atomically(content, args.out)
    leave_process_group()
