"""List the models that have a name, show the card of one, or download it.

Files go to $MCF_HOME/models (by default in the user's cache folder) and are checked;
MCF_OFFLINE=1 forbids connections, and a file that is put there by hand counts. Nothing
is downloaded without being named.
"""

import argparse
import sys

import mcf  # noqa: F401  first: host packages import afterwards on any machine

# isort: split
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

from mcf.hub.models import download, model_card, models_table
from mcf.utils.command import run_command


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("name", nargs="?", help="show this model; by default all")
    parser.add_argument("--download", action="store_true", help="fetch and check it")
    args = parser.parse_args(argv)
    if args.name is None:
        if args.download:
            raise ValueError("name the model to download")
        print(models_table())
    elif args.download:
        print(fetch(args.name))
    else:
        print(model_card(args.name))


def fetch(name: str) -> str:
    columns = TextColumn("{task.description}"), BarColumn(), DownloadColumn()
    with Progress(*columns, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task(name, total=None)
        return str(
            download(
                name,
                progress=lambda there, total: bar.update(
                    task, completed=there, total=total
                ),
            )
        )


if __name__ == "__main__":
    sys.exit(run_command(main))
