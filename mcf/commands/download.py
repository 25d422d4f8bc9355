"""Download published models by name, and check them.

Files go to $MCF_HOME/models (by default in the user's cache folder). An interrupted
download continues where it stopped. MCF_OFFLINE=1 forbids connections; files that you
put there by hand are used. `mcf models` lists the names.
"""

import argparse
import sys

from mcf.commands.parser import command_parser

EXAMPLE = """
mcf download farl-wflw farl-lapa
"""


def parse_args(argv: list[str] | None) -> argparse.Namespace:
    parser = command_parser("download", __doc__, example=EXAMPLE)
    parser.add_argument("names", nargs="+", metavar="NAME", help="model to download")
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> None:
    args = parse_args(argv)
    from mcf.hub.registry import get_model

    for name in args.names:  # a wrong one is refused before anything is fetched
        get_model(name)
    for name in args.names:
        print(fetch(name))


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
