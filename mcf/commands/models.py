"""List the models that have a name, show the card of one, or download it.

Files go to $MCF_HOME/models (by default in the user's cache folder) and are checked;
MCF_OFFLINE=1 forbids connections, and a file that is put there by hand counts. Nothing
is downloaded without being named.
"""

import argparse
import sys

from mcf.commands.parser import command_parser
from mcf.utils.command import FAILED

EXAMPLE = """
mcf models
mcf models farl-wflw --download
mcf models --configs '*helen29*'
"""


def parse_args(argv: list[str] | None) -> argparse.Namespace:
    parser = command_parser(
        "models", __doc__, example=EXAMPLE, codes={FAILED: "no config fits"}
    )
    parser.add_argument("name", nargs="?", help="show this model (default: all)")
    parser.add_argument("--download", action="store_true", help="fetch and check it")
    parser.add_argument(
        "--configs",
        metavar="PATTERN",
        help="list the shipped configs instead, with * and ?, in quotes",
    )
    args = parser.parse_args(argv)
    if args.download and args.name is None:
        parser.error("name the model to download")
    return args


def main(argv: list[str] | None = None) -> int:
    args = parse_args(argv)
    if args.configs is not None:
        from mcf.utils.configs import list_models

        names = list_models(args.configs)
        print("\n".join(names) or f"no config fits {args.configs!r}")
        return 0 if names else FAILED
    from mcf.hub.models import model_card, models_table

    if args.name is None:
        print(models_table())
    elif args.download:
        print(fetch(args.name))
    else:
        print(model_card(args.name))
    return 0


def fetch(name: str) -> str:
    """Download a model with a progress bar; its place."""
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

    from mcf.hub.models import download

    columns = TextColumn("{task.description}"), BarColumn(), DownloadColumn()
    with Progress(*columns, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task(name, total=None)

        def advance(there: int, total: int | None) -> None:
            bar.update(task, completed=there, total=total)

        return str(download(name, progress=advance))
