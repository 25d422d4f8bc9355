"""Cut faces out of raw photos or web shards into a store for pre-training.

`mcf prepare STEP --help` shows the options of each step (docs/prepare_faces.md).
"""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from mcf.commands.parser import (
    add_alias,
    add_former_place,
    add_step,
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
WRONG = "something in the source, or in a store, is wrong"
EXAMPLE = """
mcf prepare run photos/ --out prepared --recipe five-point --size 112
mcf train mcf_vit-tiny-p14_1xb64-fp32-coslr-10e_faces-112 --data prepared/faces
"""


def parse_args(arguments: list[str] | None) -> argparse.Namespace:
    parser = command_parser(
        "prepare",
        __doc__,
        example=EXAMPLE,
        codes={FAILED: WRONG},
    )
    steps = parser.add_subparsers(dest="command", required=True, metavar="STEP")
    run = add_step(
        steps,
        "run",
        "Prepare a source; continue where an earlier run stopped.",
        example="mcf prepare run photos/ --out prepared --recipe five-point --size 112",
        codes={FAILED: "some of the source could not be prepared, and is listed"},
    )
    run.add_argument("source", help="folder, quoted glob of tars, CSV or parquet list")
    run.add_argument(
        "--out", type=Path, help="folder for faces/ and summary.html (required)"
    )
    add_former_place(run, "out", type=Path)
    run.add_argument(
        "--detector",
        default="retinaface",
        help="retinaface, cropped (each image is a face), or a folder that index-boxes "
        "wrote (default: retinaface)",
    )
    run.add_argument("--box-column", help="column that names an image in the index")
    run.add_argument(
        "--box-frame",
        choices=["upright", "stored"],
        default="upright",
        help="whether boxes of the index refer to the image turned as its EXIF asks, "
        "or as stored (default: upright)",
    )
    run.add_argument(
        "--max-side",
        type=int,
        default=1024,
        help="shrink larger photos to this side for detection (default: 1024)",
    )
    run.add_argument(
        "--recipe",
        choices=CROPS,
        help="how faces are cut (default: square; whole if cropped)",
    )
    run.add_argument(
        "--size", type=int, default=256, help="side of the crops (default: 256)"
    )
    run.add_argument("--png", action="store_true", help="save PNG instead of JPEG")
    run.add_argument(
        "--quality", type=int, default=95, help="quality of the JPEGs (default: 95)"
    )
    run.add_argument(
        "--unit-size",
        type=int,
        default=500,
        help="files in a unit of work (default: 500)",
    )
    run.add_argument(
        "--keep",
        nargs="*",
        action="extend",
        default=[],
        help="columns of the source to copy into the manifest; can be repeated",
    )
    for name, default, text in (
        ("min-size", 40, "smallest shorter side of a box, in pixels (default: 40)"),
        ("min-score", 0.8, "lowest confidence of the detector (default: 0.8)"),
        ("min-sharpness", None, "lowest variance of the Laplacian at 128 pixels"),
        ("max-roll", None, "largest tilt, in degrees"),
        ("max-turn", None, "largest turn: 0 is frontal, 1 has the nose below an eye"),
        (
            "max-outside",
            0.3,
            "largest share of a crop outside the image (default: 0.3)",
        ),
    ):
        run.add_argument(f"--{name}", type=float, default=default, help=text)
    run.add_argument(
        "--accept",
        nargs="*",
        action="extend",
        default=[],
        metavar="COLUMN=VALUE,VALUE",
        help="values to accept in a column of the source; can be repeated",
    )
    run.add_argument(
        "--max-pixels",
        type=int,
        default=50_000_000,
        help="refuse larger images (default: 50 million)",
    )
    run.add_argument("--workers", type=int, help="processes (default: one per core)")
    run.add_argument(
        "--timeout", type=float, default=60, help="seconds per image (default: 60)"
    )
    run.add_argument("--ray", help="address of a Ray cluster, or 'local'")
    check = add_step(
        steps,
        "check",
        "Verify a store.",
        example="mcf prepare check prepared/faces",
        codes={FAILED: "something in the store is wrong"},
    )
    check.add_argument("store", type=Path, help="folder of the store")
    select = add_step(
        steps,
        "combine",
        "Merge, re-shard or select stores.",
        example="mcf prepare combine a/faces b/faces --out large --where 'size >= 80'",
    )
    select.add_argument("stores", type=Path, nargs="+", help="folders of the stores")
    select.add_argument("--out", type=Path, help="folder for the new store (required)")
    add_alias(select, "--to", of="out", type=Path)
    select.add_argument(
        "--where", default="", help="condition on the manifest, such as 'size >= 80'"
    )
    for command in (run, select):
        command.add_argument(
            "--shard-size",
            type=int,
            default=10_000,
            help="faces in a shard (default: 10,000)",
        )
        command.add_argument(
            "--near",
            type=int,
            help="also drop faces whose picture hash differs in at most so many bits, "
            "0-3",
        )
    boxes = add_step(
        steps,
        "index-boxes",
        "Index existing boxes, for --detector of `run`.",
        example="mcf prepare index-boxes sample2detect_0.pth --out data/boxes",
    )
    boxes.add_argument("files", nargs="+", help="sample2detect_*.pth or CSV files")
    boxes.add_argument("--out", type=Path, help="folder for the index (required)")
    add_alias(boxes, "--to", of="out", type=Path)
    recall = add_step(
        steps,
        "recall",
        "List annotated faces that were not found.",
        example="mcf prepare recall prepared/faces annotations.xml",
        codes={FAILED: "some annotated faces were not found"},
    )
    recall.add_argument("store", type=Path, help="folder of the store")
    recall.add_argument(
        "annotations", type=Path, nargs="+", help="annotations in dlib's XML"
    )
    recall.add_argument(
        "--above",
        type=float,
        default=40,
        help="ignore faces whose landmarks span less, in pixels (default: 40)",
    )
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
