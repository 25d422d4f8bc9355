"""Write a report about one or several runs: report.html (one file) and report.md."""

import argparse
import sys
from pathlib import Path

import mcf  # noqa: F401  first: it lets the host libraries import
from mcf.report import write_report
from mcf.utils.command import run_command


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "runs",
        nargs="+",
        type=Path,
        metavar="RUN",
        help="work folder of pre-training, alignment or parsing",
    )
    parser.add_argument(
        "--out", type=Path, help="folder to write to (default: the first run)"
    )
    parser.add_argument("--title", help="headline (default: names of the runs)")
    parser.add_argument(
        "--note", action="append", default=[], help="paragraph under the headline"
    )
    args = parser.parse_args(argv)
    html = write_report(
        args.runs,
        args.out or args.runs[0],
        title=args.title or " · ".join(run.resolve().name for run in args.runs),
        notes=args.note,
    )
    print(f"wrote {html} and {html.with_suffix('.md').name}")


if __name__ == "__main__":
    sys.exit(run_command(main))
