"""Check the official download of a data set: counts, files, points, boxes, masks.

Exits with 1 if something is wrong with it, with 2 if it could not be checked.
"""

import argparse
import sys
from pathlib import Path

import mcf  # noqa: F401  first, so that host packages import on any machine
from mcf.datasets.verify import known_sets, render, verify
from mcf.utils.command import run_command


def parse_args(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=known_sets(), help="data set")
    parser.add_argument("root", type=Path, help="its folder")
    parser.add_argument("--workers", type=int, default=4, help="decoding threads")
    parser.add_argument("--limit", type=int, default=5, help="places listed a finding")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    args = parse_args(arguments)
    reports = verify(args.name, args.root, workers=args.workers)
    print(f"{args.name} in {args.root}\n\n{render(reports, limit=args.limit)}")
    return int(not all(report.good for report in reports))


if __name__ == "__main__":
    sys.exit(run_command(main))
