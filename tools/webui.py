"""Serve a page: upload a photo, see landmarks, parts, reconstructions and attention."""

import argparse
import sys

import mcf  # noqa: F401  first: host packages import afterwards on any machine

# isort: split
from mcf.apis import FaceInferencer, get_model
from mcf.apis.webui.views import PretrainingViews
from mcf.utils.command import run_command

MODEL = ("CONFIG", "CHECKPOINT")
SESSIONS = 32  # whose photos are kept in memory, for a new opacity or mask


def parse_args(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--landmarks", nargs=2, metavar=MODEL, help="alignment config or its name"
    )
    parser.add_argument(
        "--parsing", nargs=2, metavar=MODEL, help="parsing config or its name"
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
        help="none: each image is one face",
    )
    parser.add_argument("--device", default="cpu", help="for example cuda:0")
    parser.add_argument(
        "--host", default="127.0.0.1", help="0.0.0.0 lets other machines in"
    )
    parser.add_argument("--port", type=int, default=7860)
    args = parser.parse_args(argv)
    if not (args.landmarks or args.parsing or args.pretraining):
        parser.error("give --landmarks, --parsing or --pretraining")
    return args


def main(argv: list[str] | None = None) -> None:
    args = parse_args(argv)
    try:
        from mcf.apis.webui.handlers import Handlers
        from mcf.apis.webui.page import STYLE, THEME, build_page
    except ImportError as error:
        raise SystemExit(f"{error}: pip install -r requirements/webui.txt") from error
    pretraining = args.pretraining and get_model(*args.pretraining, device=args.device)
    handlers = Handlers(
        FaceInferencer(
            landmarks=args.landmarks and tuple(args.landmarks),
            parsing=args.parsing and tuple(args.parsing),
            embedding=args.pretraining and tuple(args.pretraining),
            detector=None if args.detector == "none" else args.detector,
            device=args.device,
        ),
        pretraining and PretrainingViews(pretraining),
    )
    try:
        build_page(handlers).launch(
            server_name=args.host,
            server_port=args.port,
            theme=THEME,
            css=STYLE,
            max_file_size="64mb",
            state_session_capacity=SESSIONS,
            footer_links=[],
            ssr_mode=False,
        )
    finally:
        handlers.close()


if __name__ == "__main__":
    sys.exit(run_command(main))
