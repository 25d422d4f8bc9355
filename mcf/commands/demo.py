"""Run the whole path on drawn faces: pre-train, probe, fine-tune, report.

Every stage is a command of its own, which demo.log records.
"""

import argparse
import time
from dataclasses import replace
from pathlib import Path

from mcf.commands.parser import command_parser


def parse_args(argv: list[str] | None) -> argparse.Namespace:
    parser = command_parser("demo", __doc__, example="mcf demo --out work_dirs/demo")
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("work_dirs/demo"),
        help="folder to work in (default: work_dirs/demo)",
    )
    parser.add_argument(
        "--resume",
        action="store_true",
        help="continue the demo in the folder, or start one if there is none",
    )
    parser.add_argument(
        "--epochs", type=int, help="epochs of pre-training (default: 3)"
    )
    parser.add_argument(
        "--quick",
        action="store_true",
        help="train next to nothing: shows only whether everything runs",
    )
    args = parser.parse_args(argv)
    if args.epochs is not None and args.epochs < 1:
        parser.error(f"--epochs {args.epochs}: at least 1")
    return args


def main(argv: list[str] | None = None) -> None:
    args = parse_args(argv)
    from mcf.demo.plan import QUICK, Places, Sizes
    from mcf.demo.run import run_demo
    from mcf.utils.tables import align

    start = time.monotonic()
    sizes = QUICK if args.quick else Sizes()
    if args.epochs is not None:
        sizes = replace(sizes, epochs=args.epochs)
    page, table = run_demo(Places(args.out), sizes, resume=args.resume)
    print(f"\n{table.title}\n", *align([table.header, *table.rows]), sep="\n")
    print(f"\nDone in {(time.monotonic() - start) / 60:.1f} minutes.")
    print(f"Report    {page}")
    print(f"Backbone  {Places(args.out).backbone}")
    print(f"Log       {Places(args.out).log}")
