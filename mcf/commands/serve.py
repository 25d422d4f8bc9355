"""Serve faces over HTTP: send an image, get its landmarks, parts and embeddings.

Without a model the one inside MCF answers (docs/model_inside.md). The address shows
what can be asked; docs/serving.md tells limits, statuses and how to scale out.
Try it by: curl -X POST -T photo.jpg http://127.0.0.1:8000/faces?name=photo.jpg
"""

import argparse
import functools
import sys

from mcf.commands.model_options import add_model_options, build
from mcf.commands.parser import command_parser

EXAMPLE = """
mcf serve --port 8000 --workers 2
mcf serve --landmarks farl-wflw --device cuda:0 --ray auto
"""
CODES = {143: "terminated: all accepted images were answered"}


def parse_args(argv: list[str] | None) -> argparse.Namespace:
    parser = command_parser("serve", __doc__, example=EXAMPLE, codes=CODES)
    add_model_options(parser)
    parser.add_argument(
        "--host",
        default="127.0.0.1",
        help="where to listen; 0.0.0.0 lets other machines in (default: 127.0.0.1)",
    )
    parser.add_argument("--port", type=int, default=8000, help="(default: 8000)")
    parser.add_argument(
        "--workers",
        type=int,
        default=1,
        help="processes that each hold the models (default: 1)",
    )
    parser.add_argument(
        "--ray", default="local", help="address of a Ray cluster, or 'local' (default)"
    )
    limits = parser.add_argument_group("limits")
    limits.add_argument(
        "--max-bytes", type=int, default=2**25, help="of an image (default 32 MiB)"
    )
    limits.add_argument(
        "--max-pixels", type=int, default=50_000_000, help="(default 50 million)"
    )
    limits.add_argument(
        "--max-faces", type=int, default=256, help="of an image (default 256)"
    )
    limits.add_argument(
        "--max-waiting",
        type=int,
        default=256,
        help="images that are accepted and not answered (default 256)",
    )
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> None:
    args = parse_args(argv)
    try:
        from mcf.serving.app import build_app
        from mcf.serving.replicas import Replicas, running_replicas
        from mcf.serving.server import CONNECTIONS, listen, serve_app
    except ImportError as error:
        raise ImportError(f"{error}: pip install -r requirements/serve.txt") from error
    from mcf.serving.limits import Limits
    from mcf.utils.ending import EndedError, ended_by_signals

    limits = Limits(bytes=args.max_bytes, waiting=args.max_waiting)
    replicas = Replicas(
        args.workers,
        args.batch_size,
        address=None if args.ray == "local" else args.ray,
        gpus=int(args.device.startswith("cuda")),
    )
    open_inferencer = functools.partial(build, args, max_faces=args.max_faces)
    try:
        with (
            listen(args.host, args.port) as bound,
            running_replicas(open_inferencer, replicas) as running,
            ended_by_signals(),
        ):
            bound.listen(CONNECTIONS)  # before it is told
            print(f"Open http://{args.host}:{args.port} (Ctrl-C ends)", flush=True)
            serve_app(build_app(running, limits), bound)
    except EndedError as end:
        print(f"{end}: all accepted images were answered", file=sys.stderr)
        raise SystemExit(end.status) from None
