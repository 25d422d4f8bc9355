"""Merge the part masks of CelebAMask-HQ into index masks, once.

To continue after an interruption, run the same command again: intact masks are kept.
The two orders are two benchmarks: farl paints the necklace over the neck, official the
neck over the necklace.
"""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from mcf.commands.parser import add_former_place, command_parser, take_former_place
from mcf.utils.command import FAILED

if TYPE_CHECKING:
    from mcf.datasets.parsing import Composition

ORDERS = ("farl", "official")
SPLITS = ("train", "val", "test")
EXAMPLE = "mcf compose --data data/CelebAMask-HQ --order farl"


def parse_args(argv: list[str] | None) -> argparse.Namespace:
    parser = command_parser(
        "compose",
        __doc__,
        example=EXAMPLE,
        codes={FAILED: "some masks are missing; fix what is named and run it again"},
    )
    parser.add_argument(
        "--data", type=Path, metavar="PATH", help="the folder CelebAMask-HQ (required)"
    )
    add_former_place(parser, "data", type=Path)
    parser.add_argument(
        "--order",
        required=True,
        choices=ORDERS,
        help="order in which parts are painted",
    )
    parser.add_argument(
        "--splits",
        nargs="+",
        choices=SPLITS,
        default=SPLITS,
        help="splits to compose (default: all)",
    )
    parser.add_argument(
        "--out",
        type=Path,
        help="folder for the masks (default: one in the data folder)",
    )
    parser.add_argument("--workers", type=int, default=4, help="processes (default: 4)")
    args = parser.parse_args(argv)
    take_former_place(parser, args, "data")
    return args


def main(argv: list[str] | None = None) -> int:
    args = parse_args(argv)
    from mcf.datasets.parsing import compose_masks
    from mcf.datasets.parsing.celebamask_hq_files import read_splits

    splits = read_splits(args.data)
    image_ids = sorted(i for name in args.splits for i in splits[name])
    result = compose_masks(
        args.data,
        args.order,
        image_ids,
        folder=args.out,
        workers=args.workers,
        progress=lambda done: show_progress(done, len(image_ids)),
    )
    report(result)
    if result.problem:
        print(f"error: {result.problem}", file=sys.stderr)
    return int(bool(result.problem))


def show_progress(done: int, total: int) -> None:
    if done % 1000 == 0 or done == total:
        print(f"{done:,} of {total:,}", flush=True)


def report(result: "Composition") -> None:
    kept = len(result.records) - result.composed
    print(f"{result.composed:,} masks composed, {kept:,} kept, in {result.folder}")
    empty = {i: r.empty for i, r in sorted(result.records.items()) if r.empty}
    for image_id, parts in empty.items():
        print(f"image {image_id}: no pixel in {', '.join(parts)}")
    for image_id, reason in sorted(result.failures.items()):
        print(f"image {image_id}: not composed: {reason}")
