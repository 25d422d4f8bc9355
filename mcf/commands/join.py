"""Join networks that were trained apart on the same backbone into one that runs once.

The backbones must be the same, tensor for tensor: frozen, or with the same LoRA
additions. Faces must be cut by one rule. What the joint model answers is what the
networks answer.
"""

import argparse
from pathlib import Path

from mcf.commands.parser import command_parser

EXAMPLE = """
mcf join work_dirs/points/epoch_40.pth work_dirs/parts/epoch_20.pth \\
    --config points.py parts.py --out joint
mcf infer photos/ --out results --joint joint/joint.py joint/joint.pth
"""


def parse_args(argv: list[str] | None) -> argparse.Namespace:
    parser = command_parser("join", __doc__, example=EXAMPLE)
    parser.add_argument("checkpoints", nargs="+", help="weights of two or more runs")
    parser.add_argument(
        "--config",
        nargs="+",
        required=True,
        help="configs of the runs in the same order, by name or file",
    )
    parser.add_argument(
        "--out", type=Path, required=True, help="folder for joint.py and joint.pth"
    )
    parser.add_argument(
        "--names", nargs="+", help="of the tasks (default: points, parts, age ...)"
    )
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> None:
    args = parse_args(argv)
    from mcf.export import join_networks

    files = join_networks(args.checkpoints, args.config, args.out, names=args.names)
    for file in files:
        print(f"wrote {file}")
