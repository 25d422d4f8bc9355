"""Check the official download of a data set: counts, files, labels, boxes, pairs."""

import argparse
from pathlib import Path

from mcf.commands.parser import add_former_place, command_parser, take_former_place
from mcf.datasets.verify_report import render
from mcf.utils.command import FAILED, REFUSED
from mcf.verify import known_sets, verify

CODES = {
    0: "the download is good",
    FAILED: "something is wrong with it",
    REFUSED: "it could not be checked",
}


def parse_args(argv: list[str] | None) -> argparse.Namespace:
    parser = command_parser(
        "verify", __doc__, example="mcf verify wflw --data data/WFLW", codes=CODES
    )
    parser.add_argument("name", choices=known_sets(), help="name of the data set")
    parser.add_argument(
        "--data", type=Path, metavar="PATH", help="folder of the data set (required)"
    )
    add_former_place(parser, "data", type=Path)
    parser.add_argument(
        "--images",
        type=Path,
        nargs="+",
        metavar="PATH",
        help="folders or tars of the images, if they are elsewhere",
    )
    parser.add_argument(
        "--workers", type=int, default=4, help="decoding threads (default: 4)"
    )
    parser.add_argument(
        "--limit", type=int, default=5, help="places listed per problem (default: 5)"
    )
    args = parser.parse_args(argv)
    take_former_place(parser, args, "data")
    return args


def main(argv: list[str] | None = None) -> int:
    args = parse_args(argv)
    reports = verify(args.name, args.data, images=args.images, workers=args.workers)
    print(f"{args.name} in {args.data}\n\n{render(reports, limit=args.limit)}")
    return int(not all(report.good for report in reports))
