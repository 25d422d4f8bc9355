"""Write a report about one or several runs: report.html (one file) and report.md."""

import argparse
from pathlib import Path

from mcf.commands.parser import command_parser

EXAMPLE = "mcf report work_dirs/faces work_dirs/wflw --out work_dirs/report"


def parse_args(argv: list[str] | None) -> argparse.Namespace:
    parser = command_parser("report", __doc__, example=EXAMPLE)
    parser.add_argument(
        "runs",
        nargs="+",
        type=Path,
        metavar="RUN",
        help="work folder of a pre-training, alignment or parsing run",
    )
    parser.add_argument(
        "--out",
        type=Path,
        help="folder for the report (default: that of the first run)",
    )
    parser.add_argument("--title", help="headline (default: names of the runs)")
    parser.add_argument(
        "--note",
        action="append",
        default=[],
        help="paragraph under the headline; can be repeated",
    )
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> None:
    args = parse_args(argv)
    from mcf.report import write_report

    html = write_report(
        args.runs,
        args.out or args.runs[0],
        title=args.title or " · ".join(run.resolve().name for run in args.runs),
        notes=args.note,
    )
    print(f"wrote {html} and {html.with_suffix('.md').name}")
