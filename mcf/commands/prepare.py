"""Cut faces out of raw photos or web shards into a store for pre-training.

`run` prepares, and goes on where an earlier run was ended; `check` verifies a store;
`combine` merges, re-shards or selects; `index-boxes` makes boxes of others usable;
`recall` compares with annotated faces.
"""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from mcf.commands.parser import (
    add_alias,
    add_former_place,
    command_parser,
    take_former_place,
)
from mcf.utils.command import FAILED

if TYPE_CHECKING:
    from mcf.preparation.job import Job
    from mcf.preparation.prepare import Report
    from mcf.preparation.store import StoreOptions

CROPS = (
    "facer-alignment",
    "facer-attribute",
    "facer-celebm",
    "facer-lapa",
    "ffhq-like",
    "five-point",
    "square",
    "whole",
)
EXAMPLE = """
mcf prepare run photos/ --out prepared --recipe five-point --size 112
mcf train mcf_vit-tiny-p14_1xb64-fp32-coslr-10e_faces-112 --data prepared/faces
"""


def parse_args(arguments: list[str] | None) -> argparse.Namespace:
    parser = command_parser(
        "prepare",
        __doc__,
        example=EXAMPLE,
        codes={FAILED: "some of the source, or of a store, is not as it should be"},
    )
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="prepare a source")
    run.add_argument("source", help="folder, quoted glob of tars, CSV or parquet list")
    run.add_argument(
        "--out", type=Path, help="result: OUT/faces, OUT/summary.html (required)"
    )
    add_former_place(run, "out", type=Path)
    run.add_argument(
        "--detector",
        default="retinaface",
        help="retinaface, cropped, or the folder of an index of boxes",
    )
    run.add_argument("--box-column", help="column that names an image in the index")
    run.add_argument(
        "--box-frame",
        choices=["upright", "stored"],
        default="upright",
        help="what boxes of the index count in: images turned as their EXIF asks, or "
        "pixels as stored",
    )
    run.add_argument("--max-side", type=int, default=1024, help="shrunk to detect")
    run.add_argument(
        "--recipe", choices=CROPS, help="default: square; whole if cropped"
    )
    run.add_argument("--size", type=int, default=256, help="side of the crops")
    run.add_argument("--png", action="store_true", help="instead of JPEG")
    run.add_argument("--quality", type=int, default=95, help="of JPEG")
    run.add_argument("--unit-size", type=int, default=500, help="files a unit")
    run.add_argument(
        "--keep",
        nargs="*",
        action="extend",
        default=[],
        help="columns for the manifest; may be repeated",
    )
    for name, default, text in (
        ("min-size", 40, "pixels of the box's shorter side"),
        ("min-score", 0.8, "confidence of the detector"),
        ("min-sharpness", None, "variance of the Laplacian at 128 pixels"),
        ("max-roll", None, "degrees of tilt"),
        ("max-turn", None, "0 frontal, 1 nose below an eye"),
        ("max-outside", 0.3, "share of the crop beyond the image"),
    ):
        run.add_argument(f"--{name}", type=float, default=default, help=text)
    run.add_argument(
        "--accept",
        nargs="*",
        action="extend",
        default=[],
        metavar="COLUMN=VALUE,VALUE",
        help="values of the source's columns to accept; may be repeated",
    )
    run.add_argument("--max-pixels", type=int, default=50_000_000)
    run.add_argument("--workers", type=int, help="processes (default: one a core)")
    run.add_argument("--timeout", type=float, default=60, help="seconds an image")
    run.add_argument("--ray", help="address of a Ray cluster, or 'local'")
    check = commands.add_parser("check", help="verify a store")
    check.add_argument("store", type=Path)
    select = commands.add_parser("combine", help="merge, re-shard or select")
    select.add_argument("stores", type=Path, nargs="+")
    select.add_argument("--out", type=Path, help="new store (required)")
    add_alias(select, "--to", of="out", type=Path)
    select.add_argument("--where", default="", help="such as 'size >= 80'")
    for command in (run, select):
        command.add_argument("--shard-size", type=int, default=10_000)
        command.add_argument(
            "--near", type=int, help="also drop faces whose hash differs in 0-3 bits"
        )
    boxes = commands.add_parser("index-boxes", help="boxes of others")
    boxes.add_argument("files", nargs="+", help="sample2detect_*.pth or CSV")
    boxes.add_argument("--out", type=Path, help="folder of the index (required)")
    add_alias(boxes, "--to", of="out", type=Path)
    recall = commands.add_parser("recall", help="which annotated faces were found")
    recall.add_argument("store", type=Path)
    recall.add_argument("annotations", type=Path, nargs="+", help="XML of dlib")
    recall.add_argument("--above", type=float, default=40, help="pixels of landmarks")
    args = parser.parse_args(arguments)
    if args.command == "run":
        take_former_place(run, args, "out")
    elif args.command in ("combine", "index-boxes") and args.out is None:
        parser.error("the following arguments are required: --out")
    return args


def build_job(args: argparse.Namespace) -> "Job":
    from mcf.crops.recipes import get_recipe
    from mcf.detection import AlreadyCropped, BoxesFromFile, RetinaFace
    from mcf.preparation.filters import Filters
    from mcf.preparation.job import Encoding, Job, Limits
    from mcf.preparation.sources import open_source

    if args.detector == "retinaface":
        lowest = min(args.min_score, RetinaFace.min_score)
        detector = RetinaFace(max_side=args.max_side, min_score=lowest)
    elif args.detector == "cropped":
        detector = AlreadyCropped()
    else:
        detector = BoxesFromFile(
            args.detector, column=args.box_column, frame=args.box_frame
        )
    usual = "whole" if args.detector == "cropped" else "square"
    return Job(
        source=open_source(args.source, unit_size=args.unit_size),
        detector=detector,
        recipe=get_recipe(args.recipe or usual, size=args.size),
        filters=Filters(
            min_size=args.min_size,
            min_score=args.min_score,
            min_sharpness=args.min_sharpness,
            max_roll=args.max_roll,
            max_turn=args.max_turn,
            max_outside=args.max_outside,
            columns=merge_rules(args.accept),
        ),
        limits=Limits(max_pixels=args.max_pixels),
        encoding=Encoding(".png" if args.png else ".jpg", args.quality),
        columns=tuple(dict.fromkeys(args.keep)),
    )


def parse_rule(rule: str) -> tuple[str, tuple[str, ...]]:
    """Column and accepted values of ``COLUMN=VALUE,VALUE``."""
    name, sign, values = rule.partition("=")
    if not name or not sign:
        raise ValueError(f"--accept {rule!r} is not COLUMN=VALUE,VALUE")
    return name, tuple(values.split(","))


def merge_rules(rules: list[str]) -> dict[str, tuple[str, ...]]:
    """Accepted values by column, those of a column that is named twice together."""
    merged: dict[str, tuple[str, ...]] = {}
    for name, values in map(parse_rule, rules):
        merged[name] = tuple(dict.fromkeys((*merged.get(name, ()), *values)))
    return merged


def run(args: argparse.Namespace) -> int:
    from mcf.preparation.prepare import StoreNotWrittenError, Workforce, prepare
    from mcf.preparation.summary import write_summary

    job = build_job(args)
    try:
        report = prepare(
            job,
            args.out,
            options=_options(args),
            workforce=Workforce(args.workers, args.timeout, args.ray),
        )
    except StoreNotWrittenError as error:
        list_failures(error.report)
        raise
    except RuntimeError as error:  # workers that cannot start, a store to be kept
        raise ValueError(error) from error
    list_failures(report)
    page = write_summary(job, args.out, report)
    print(f"{report.faces:,} faces are in {args.out / 'faces'}; look at {page}")
    return int(bool(report.failures))


def list_failures(report: "Report") -> None:
    for name, problem in report.failures.items():
        print(f"not prepared, try again: {name}: {problem}", file=sys.stderr)


def check(args: argparse.Namespace) -> int:
    from mcf.preparation.check import check_store

    faces, problems = check_store(args.store)
    print("\n".join(problems) or f"all {faces:,} faces are as they were prepared")
    return int(bool(problems))


def recall(args: argparse.Namespace) -> int:
    from mcf.datasets.landmarks.dlib_xml import read_dlib_xml
    from mcf.preparation.manifest import MANIFEST
    from mcf.preparation.recall import extent, find_annotated

    faces = [face for path in args.annotations for face in read_dlib_xml(path)]
    large = [face for face in faces if extent(face) > args.above]
    fates = find_annotated(args.store / MANIFEST, large)
    lost = [(face, fate) for face, fate in fates if fate != "accepted"]
    for face, fate in lost:
        print(f"{face.source}, {extent(face):.0f} pixels: {fate}")
    missed = sum(fate == "missed" for _, fate in lost)
    print(
        f"{len(faces)} annotated faces, {len(large)} above {args.above:g} pixels: "
        f"{len(large) - missed} found, {len(large) - len(lost)} accepted"
    )
    return int(missed > 0)


def main(arguments: list[str] | None = None) -> int:
    args = parse_args(arguments)
    if args.command == "run":
        return run(args)
    if args.command == "check":
        return check(args)
    if args.command == "recall":
        return recall(args)
    if args.command == "combine":
        from mcf.preparation.store import combine

        faces = combine(args.stores, args.out, _options(args, where=args.where))
    else:
        from mcf.detection import build_box_index

        faces = build_box_index(args.files, args.out)
    print(f"{faces:,} faces are in {args.out}")
    return 0


def _options(args: argparse.Namespace, where: str = "") -> "StoreOptions":
    from mcf.preparation.store import StoreOptions

    return StoreOptions(shard_size=args.shard_size, near=args.near, where=where)
