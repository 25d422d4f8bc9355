"""Serve a page that shows landmarks, parts, reconstructions and attention of photos.

If you name no model, the one inside MCF is used (docs/webui.md).
"""

import argparse
import sys
import time
from typing import TYPE_CHECKING

from mcf.commands.parser import add_device, command_parser

if TYPE_CHECKING:
    from mcf.webui.visitor_files import VisitorFiles

EXAMPLE = """
mcf web
mcf web --landmarks mcf_vit-base-p16_heatcoord_8xb5-fp32-step-150e_wflw-448 \\
    work_dirs/wflw/epoch_150.pth
"""
MODEL = ("CONFIG", "CHECKPOINT")
SWEEP = 60  # seconds between two looks for old files


def parse_args(argv: list[str] | None) -> argparse.Namespace:
    parser = command_parser(
        "web",
        __doc__,
        example=EXAMPLE,
        codes={129: "stopped by SIGHUP", 143: "stopped by SIGTERM"},
    )
    parser.add_argument(
        "--landmarks",
        nargs=2,
        metavar=MODEL,
        help="alignment config (a file or a name) and checkpoint",
    )
    parser.add_argument(
        "--parsing",
        nargs=2,
        metavar=MODEL,
        help="parsing config (a file or a name) and checkpoint",
    )
    parser.add_argument(
        "--joint",
        nargs=2,
        metavar=MODEL,
        help="of points and parts in one pass, instead of the first two",
    )
    parser.add_argument(
        "--pretraining",
        nargs=2,
        metavar=MODEL,
        help="pre-training config and checkpoint, for reconstruction and attention",
    )
    parser.add_argument(
        "--detector",
        choices=["retinaface", "none"],
        default="retinaface",
        help="what finds the faces; none: each image is one face",
    )
    add_device(parser)
    parser.add_argument(
        "--host",
        default="127.0.0.1",
        help="address to listen on; 0.0.0.0 lets other machines in (default: "
        "127.0.0.1)",
    )
    parser.add_argument(
        "--port", type=int, default=7860, help="port to listen on (default: 7860)"
    )
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> None:
    args = parse_args(argv)
    try:
        import mcf.webui.server  # noqa: F401
    except ImportError as error:
        raise ImportError(f"{error}: pip install -r requirements/webui.txt") from error
    from mcf.utils.ending import EndedError, ended_by_signals
    from mcf.webui.visitor_files import VisitorFiles

    try:
        with ended_by_signals(), VisitorFiles() as files:
            run(args, files)
    except EndedError as end:
        print(f"{end}: the page is closed and its files are removed", file=sys.stderr)
        raise SystemExit(end.status) from None


def run(args: argparse.Namespace, files: "VisitorFiles") -> None:
    """Load the models and serve the page for ever."""
    from mcf.inference import FaceInferencer, get_model
    from mcf.webui.handlers import Handlers
    from mcf.webui.server import running_page
    from mcf.webui.views import PretrainingViews
    from mcf.webui.visitor_files import MAX_PIXELS

    pretraining = args.pretraining and get_model(*args.pretraining, device=args.device)
    inferencer = FaceInferencer(
        landmarks=args.landmarks and tuple(args.landmarks),
        parsing=args.parsing and tuple(args.parsing),
        joint=args.joint and tuple(args.joint),
        embedding=args.pretraining and tuple(args.pretraining),
        detector=None if args.detector == "none" else args.detector,
        device=args.device,
        max_pixels=MAX_PIXELS,
    )
    views = pretraining and PretrainingViews(pretraining)
    handlers = Handlers(inferencer, files, views)
    with running_page(handlers, host=args.host, port=args.port) as address:
        print(f"Open {address} (Ctrl-C ends)", flush=True)
        while True:
            time.sleep(SWEEP)
            files.sweep()
