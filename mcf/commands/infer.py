"""Find faces in images and write their landmarks, parts, attributes and embeddings.

If you name no model, the one inside MCF finds 68 points and 11 parts
(docs/model_inside.md). Each image gets a JSON file and a picture. Faces in videos are
followed; each video gets a table, an annotated copy and a JSON file (docs/video.md).
Unusable images are skipped and listed at the end.
"""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from mcf.commands.model_options import add_model_options, build
from mcf.commands.parser import command_parser
from mcf.utils.command import FAILED, REFUSED, SOME_SKIPPED

if TYPE_CHECKING:
    from mcf.inference import FaceInferencer, FaceResult
    from mcf.inference.listing import Listing
    from mcf.inference.to_folder import FolderSummary
    from mcf.inference.video_files import VideoOutput

CODES = {
    0: "all images were analysed",
    FAILED: "no image could be analysed, or a result could not be written",
    REFUSED: "the call is wrong, or a model cannot be loaded",
    SOME_SKIPPED: "some images were skipped",
}
EXAMPLE = """
mcf infer photos/ holiday.mp4 --out results
mcf infer photos/ --out results --onnx wflw.onnx
mcf infer clip.mp4 --out results --table parquet --detect-every 10
"""


def parse_args(argv: list[str] | None) -> argparse.Namespace:
    parser = command_parser("infer", __doc__, example=EXAMPLE, codes=CODES)
    parser.add_argument("inputs", nargs="+", help="images, videos, or folders of them")
    parser.add_argument("--out", required=True, help="folder for the results")
    add_model_options(parser)
    parser.add_argument(
        "--max-pixels",
        type=int,
        default=250_000_000,
        help="skip larger images (default: 250 million)",
    )
    parser.add_argument(
        "--no-pictures", action="store_true", help="write no pictures and no videos"
    )
    video = parser.add_argument_group("videos")
    video.add_argument(
        "--frames",
        action="store_true",
        help="treat each frame as an image, with a JSON file and a picture of its own",
    )
    video.add_argument(
        "--table",
        choices=["csv", "parquet"],
        default="csv",
        help="format of the table of faces (default: csv)",
    )
    video.add_argument(
        "--detect-every",
        type=int,
        metavar="N",
        help="run the detector on every N-th frame (default: 5 if points are found, by "
        "which faces are followed in between; otherwise 1)",
    )
    video.add_argument(
        "--no-smoothing", action="store_true", help="leave points as they were found"
    )
    parser.add_argument(
        "--benchmark", action="store_true", help="print where the time went"
    )
    return parser.parse_args(argv)


def video_output(args: argparse.Namespace) -> "VideoOutput | None":
    """Files written for videos; None if each frame is an image of its own."""
    from mcf.inference.smoothing import USUAL
    from mcf.inference.video import TrackSettings
    from mcf.inference.video_files import VideoOutput

    if args.frames:
        return None
    settings = TrackSettings(
        detect_every=args.detect_every,
        smoothing=None if args.no_smoothing else USUAL,
    )
    return VideoOutput(settings, table=args.table, video=not args.no_pictures)


def run(
    inferencer: "FaceInferencer",
    listing: "Listing",
    args: argparse.Namespace,
    tracks: "VideoOutput | None",
) -> "FolderSummary":
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    from mcf.inference.to_folder import infer_to_folder

    console = Console(stderr=True)
    bar = Progress(
        TextColumn("images {task.completed}"),
        BarColumn(),
        TextColumn("faces {task.fields[faces]}  skipped {task.fields[skipped]}"),
        TimeElapsedColumn(),
        console=console,
        disable=not console.is_terminal,
    )
    counts = {"images": 0, "faces": 0, "skipped": 0}
    with bar:
        task = bar.add_task("", total=listing.images, **counts)

        def advance(result: "FaceResult | None") -> None:
            counts["images"] += 1
            counts["faces"] += 0 if result is None else len(result)
            counts["skipped"] += result is None
            bar.update(task, advance=1, **counts)

        try:
            return infer_to_folder(
                inferencer,
                listing,
                args.out,
                pictures=not args.no_pictures,
                on_image=advance,
                tracks=tracks,
            )
        except KeyboardInterrupt:
            raise KeyboardInterrupt(
                f"stopped after {counts['images']} images, whose results are in "
                f"{args.out} (except for an unfinished video); the same command starts "
                "again and replaces them, or pass it only the remaining images"
            ) from None


def main(argv: list[str] | None = None) -> int:
    args = parse_args(argv)
    from mcf.inference.listing import list_inputs
    from mcf.inference.photos import count_passed_over
    from mcf.inference.to_folder import refuse_overwriting
    from mcf.utils.image_files import describe_passed_over

    listing = list_inputs(args.inputs)
    tracks = video_output(args)
    refuse_overwriting(listing, args.out, pictures=not args.no_pictures, tracks=tracks)
    inferencer = build(args)
    Path(args.out).mkdir(parents=True, exist_ok=True)
    summary = run(inferencer, listing, args, tracks)
    for name, reason in summary.skipped:
        print(f"skipped {reason if name in reason else f'{name}: {reason}'}")
    if text := describe_passed_over(count_passed_over(args.inputs)):
        print(f"{text}: name a file itself to have it tried")
    print(
        f"{summary.images} images analysed, {summary.faces} faces, "
        f"{summary.without} images without a face, {len(summary.skipped)} skipped; "
        f"results in {args.out}"
    )
    if summary.own:
        print(f"{summary.own} pictures of earlier results in the folders left out")
    if args.benchmark and summary.images:
        print(summary.speed.table())
    if not summary.images:
        return FAILED
    return SOME_SKIPPED if summary.skipped else 0
