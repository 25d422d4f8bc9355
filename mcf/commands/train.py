"""Train a model from a config: pre-training, or a task of any host library."""

import argparse
import os

from mcf.commands.parser import (
    add_alias,
    add_config,
    add_config_options,
    add_launch_options,
    command_parser,
)

EXAMPLE = """
mcf train mcf_vit-tiny-p14_1xb64-fp32-coslr-10e_faces-112 \\
    --data data/faces --out work_dirs/faces --resume
"""


def parse_args(argv: list[str] | None) -> argparse.Namespace:
    parser = command_parser("train", __doc__, example=EXAMPLE)
    add_config(parser)
    parser.add_argument(
        "--data",
        metavar="PATH",
        help="where the faces are, in place of the paths in the config",
    )
    parser.add_argument(
        "--out", help="folder for logs and weights (default: work_dirs/CONFIG)"
    )
    add_alias(parser, "--work-dir", of="out")
    parser.add_argument(
        "--resume",
        nargs="?",
        const=True,
        default=False,
        metavar="CKPT",
        help="continue from this checkpoint or, without a path, from the newest "
        "complete one in the folder; start afresh if there is none",
    )
    parser.add_argument(
        "--init-from",
        metavar="CKPT",
        help="weights for the backbone to start from, in any known format",
    )
    parser.add_argument("--seed", type=int, help="seed of everything random")
    parser.add_argument(
        "--amp",
        action="store_true",
        help="mixed precision: the type in optim_wrapper.dtype or, without one, "
        "float16 on a GPU and bfloat16 on a CPU",
    )
    parser.add_argument(
        "--auto-scale-lr",
        action="store_true",
        help="scale the learning rate by batch size / auto_scale_lr.base_batch_size",
    )
    add_config_options(parser)
    add_launch_options(parser)
    args = parser.parse_args(argv)
    os.environ.setdefault("LOCAL_RANK", str(args.local_rank))
    return args


def main(argv: list[str] | None = None) -> None:
    args = parse_args(argv)
    from mcf.engine.train import train

    train(
        args.config,
        data=args.data,
        out=args.out,
        init_from=args.init_from,
        resume=args.resume,
        options=args.cfg_options,
        seed=args.seed,
        amp=args.amp,
        auto_scale_lr=args.auto_scale_lr,
        launcher=args.launcher,
    )
