"""Draw the results of a checkpoint on faces; the kind of config decides what is drawn.

Pre-training: one row per face, with the input, what each encoder sees, the pseudo
image, and where the teacher finds it similar to the input, tap by tap.

Alignment (mmpose): the worst faces of the test set, or typical ones, with the true
points beside the predicted ones, which are coloured by their error.

Parsing (mmseg): the worst faces of the test set, or typical ones, with truth,
prediction and where they differ; below them, which classes are confused in the whole
set.
"""

import argparse
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from mcf.commands.parser import (
    add_config,
    add_config_options,
    add_device,
    add_seed,
    command_parser,
)
from mcf.utils.command import FAILED, REFUSED, SOME_SKIPPED

if TYPE_CHECKING:
    import numpy as np
    from mmengine.config import Config

CODES = {
    0: "the picture is written",
    FAILED: "the picture cannot be written",
    REFUSED: "the call is wrong, or no image can be used",
    SOME_SKIPPED: "the picture is written; unusable images are left out and named",
}
EXAMPLE = """
mcf visualize mcf_vit-tiny-p14_1xb64-fp32-coslr-10e_faces-112 \\
    work_dirs/faces/iter_2000.pth data/faces --out reconstructions.png
mcf visualize mcf_vit-base-p16_heatcoord_8xb5-fp32-step-150e_wflw-448 \\
    work_dirs/wflw/epoch_150.pth --data data/WFLW --typical --out faces.png
"""


def parse_args(argv: list[str] | None) -> argparse.Namespace:
    parser = command_parser("visualize", __doc__, example=EXAMPLE, codes=CODES)
    add_config(parser)
    parser.add_argument("checkpoint", help="checkpoint of the run")
    parser.add_argument(
        "images",
        nargs="*",
        help="pre-training: image files, folders, LMDBs or tar shards of faces",
    )
    parser.add_argument(
        "--data",
        metavar="PATH",
        help="alignment, parsing: where the faces are, in place of the config's paths",
    )
    parser.add_argument("--out", type=Path, required=True, help="picture to write")
    parser.add_argument(
        "--max-images", type=int, default=8, help="faces to draw (default: 8)"
    )
    parser.add_argument(
        "--typical",
        action="store_true",
        help="alignment, parsing: draw faces near the median instead of the worst",
    )
    add_seed(parser, "the masks")
    parser.add_argument(
        "--numbers",
        action="store_true",
        help="alignment: write the numbers of the points",
    )
    add_device(parser)
    add_config_options(parser)
    return parser.parse_args(argv)


def tell_skipped(skipped: list[str]) -> "Callable[[ValueError], None]":
    """What names images that cannot be used, and remembers them."""

    def tell(error: ValueError) -> None:
        skipped.append(str(error))
        print(f"skipped {error}")

    return tell


def pretraining_sheet(config: "Config", args: argparse.Namespace) -> "np.ndarray":
    from mcf.apis import get_model, read_faces, reconstruct_images

    model = get_model(config, args.checkpoint, device=args.device)
    bad = tell_skipped(args.skipped)
    faces = islice(read_faces(args.images, on_bad=bad), args.max_images)
    return reconstruct_images(model, faces, seed=args.seed)


def alignment_sheet(config: "Config", args: argparse.Namespace) -> "np.ndarray":
    from mcf.inspection.landmark_faces import align_test_faces
    from mcf.visualization.landmark_pictures import landmark_sheet

    if args.images:
        raise ValueError("an alignment config names its faces itself: give no images")
    faces = align_test_faces(
        config,
        args.checkpoint,
        count=args.max_images,
        which="typical" if args.typical else "worst",
        device=args.device,
        on_bad=tell_skipped(args.skipped),
    )
    return landmark_sheet(faces, numbers=args.numbers)


def parsing_sheet(config: "Config", args: argparse.Namespace) -> "np.ndarray":
    from mcf.inspection.parsed_faces import parse_test_faces
    from mcf.visualization import parsing_pictures as pictures

    if args.images:
        raise ValueError("a parsing config names its faces itself: give no images")
    found = parse_test_faces(
        config,
        args.checkpoint,
        count=args.max_images,
        which="typical" if args.typical else "worst",
        device=args.device,
        on_bad=tell_skipped(args.skipped),
    )
    return pictures.stack(
        pictures.parsing_sheet(found.faces, found.classes, found.palette),
        pictures.confusion_picture(found.confusion, found.classes),
    )


SHEETS: dict[str, "Callable[[Config, argparse.Namespace], np.ndarray]"] = {
    "mmpretrain": pretraining_sheet,
    "mmpose": alignment_sheet,
    "mmseg": parsing_sheet,
}


def main(argv: list[str] | None = None) -> int:
    args = parse_args(argv)
    args.skipped = []
    from mcf.engine.data_path import set_data_path
    from mcf.utils.configs import read_config
    from mcf.utils.options import merge_options
    from mcf.visualization.canvas import write_picture

    config = read_config(args.config)
    if args.data is not None:
        set_data_path(config, args.data)
    merge_options(config, args.cfg_options or ())
    scope = config.get("default_scope")
    if scope not in SHEETS:
        raise ValueError(
            f"{args.config} has default_scope={scope!r}; known: {sorted(SHEETS)}"
        )
    sheet = SHEETS[scope](config, args)
    write_picture(sheet, args.out)
    print(f"wrote {args.out} ({sheet.shape[1]} x {sheet.shape[0]} pixels)")
    return SOME_SKIPPED if args.skipped else 0
