"""Evaluate any backbone on all kinds of face task, in one table.

The rows of a ring (minutes, dense, global; docs/benchmark.md) are scored on frozen
features with 1, 10 and 100 % of the labels and three seeds. To continue after an
interruption, run the same command again: finished rows are kept. Writes benchmark.json
(to share), benchmark.html and benchmark.md.
"""

import argparse
from pathlib import Path

from mcf.commands.parser import add_device, command_parser
from mcf.utils.command import SOME_SKIPPED

RINGS = ("minutes", "dense", "global")
EXAMPLE = """
mcf benchmark work_dirs/faces/backbone_online.pth --data data --out work_dirs/bench
mcf benchmark --compare work_dirs/bench work_dirs/other/benchmark.json
"""


def parse_args(argv: list[str] | None) -> argparse.Namespace:
    codes = {SOME_SKIPPED: "done, except for rows whose data are missing"}
    parser = command_parser("benchmark", __doc__, example=EXAMPLE, codes=codes)
    parser.add_argument(
        "backbone",
        nargs="?",
        help="backbone file, ONNX embedding, name from `mcf models`, config (with "
        "--checkpoint), timm:NAME, transformers:FOLDER, or `pixels`",
    )
    parser.add_argument(
        "--suite",
        default="minutes",
        metavar="RING",
        help=f"{', '.join(RINGS)}, or a config of rows (default: minutes)",
    )
    parser.add_argument(
        "--data",
        metavar="PATH",
        default="data",
        help="folder of the data sets (default: data)",
    )
    parser.add_argument(
        "--out",
        type=Path,
        help="folder for the results (default: work_dirs/benchmark/BACKBONE)",
    )
    parser.add_argument("--checkpoint", help="weights for a config or timm:NAME")
    parser.add_argument(
        "--untrained",
        nargs="?",
        const=0,
        type=int,
        metavar="SEED",
        help="score the same network with random weights instead",
    )
    parser.add_argument(
        "--img-size", type=int, help="side of the images, for timm:NAME and pixels"
    )
    parser.add_argument(
        "--shares",
        nargs="+",
        type=float,
        metavar="SHARE",
        help="shares of the labels, such as 0.01 1 (default: those of each row)",
    )
    parser.add_argument(
        "--seeds",
        nargs="+",
        type=int,
        default=[0, 1, 2],
        metavar="SEED",
        help="seeds of the shares and folds (default: 0 1 2)",
    )
    add_device(parser)
    parser.add_argument(
        "--fine-tune",
        action="store_true",
        help="also train the whole backbone for rows that name a config for it",
    )
    parser.add_argument(
        "--beside",
        nargs="+",
        default=[],
        metavar="RESULT",
        help="results of other backbones to show on the page",
    )
    parser.add_argument(
        "--compare",
        nargs="+",
        metavar="RESULT",
        help="only print these results (benchmark.json or its folder) side by side",
    )
    args = parser.parse_args(argv)
    if (args.backbone is None) == (args.compare is None):
        parser.error("give a backbone, or --compare with results")
    return args


def main(argv: list[str] | None = None) -> int:
    args = parse_args(argv)
    from mcf.benchmark import compare_submissions, read_submission
    from mcf.utils.tables import align

    if args.compare:
        table = compare_submissions([read_submission(path) for path in args.compare])
        print("\n".join(align([list(table.header), *table.rows])))
        return 0
    others = [read_submission(path) for path in args.beside]
    return run(args, others)


def run(args: argparse.Namespace, others: list) -> int:
    """Benchmark a backbone; the exit code tells whether rows stayed empty."""
    from mcf.benchmark import (
        Benchmark,
        compare_submissions,
        load_ring,
        open_encoder,
        write_page,
        write_submission,
    )
    from mcf.benchmark.submission import FILE
    from mcf.benchmark.worst import worst_picture
    from mcf.utils.tables import align

    rows = load_ring(args.suite, data=args.data)
    encoder = open_encoder(
        args.backbone,
        checkpoint=args.checkpoint,
        untrained=args.untrained,
        img_size=args.img_size,
        device=args.device,
    )
    name = encoder.name.replace(" ", "_").replace(",", "")
    out = args.out or Path("work_dirs/benchmark") / name
    benchmark = Benchmark(
        encoder,
        rows,
        out,
        ring=Path(args.suite).stem,
        seeds=args.seeds,
        shares=args.shares,
        device=args.device,
        fine_tune=args.fine_tune,
    )
    submission = benchmark.run()
    done = {(e.row, e.share) for e in submission.entries if e.way == "frozen"}
    pictures = [
        worst_picture(row, benchmark.outcome(row, "frozen", 1.0, args.seeds[0]))
        for row in rows
        if (row.name, 1.0) in done
    ]
    write_submission(submission, out / FILE)
    page = write_page(
        submission, out, beside=others, pictures=[p for p in pictures if p is not None]
    )
    table = compare_submissions([submission, *others])
    print("\n".join(align([list(table.header), *table.rows])))
    for row, why in submission.missing.items():
        print(f"empty: {row}: {why}")
    print(f"wrote {out / FILE}, {page.name} and {page.with_suffix('.md').name}")
    return SOME_SKIPPED if submission.missing else 0
