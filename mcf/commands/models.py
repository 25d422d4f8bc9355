"""List the models that have a name, or show the card of one.

This downloads nothing; `mcf download NAME` does.
"""

import argparse

from mcf.commands.parser import command_parser
from mcf.utils.command import FAILED

EXAMPLE = """
mcf models
mcf models farl-wflw
mcf models --configs '*helen29*'
"""


def parse_args(argv: list[str] | None) -> argparse.Namespace:
    parser = command_parser(
        "models", __doc__, example=EXAMPLE, codes={FAILED: "no config matches"}
    )
    parser.add_argument(
        "name", nargs="?", help="model whose card to show (default: list all)"
    )
    parser.add_argument(
        "--configs",
        metavar="PATTERN",
        help="list the shipped configs that match instead; quote * and ?",
    )
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> int:
    args = parse_args(argv)
    if args.configs is not None:
        from mcf.utils.configs import list_models

        names = list_models(args.configs)
        print("\n".join(names) or f"no config fits {args.configs!r}")
        return 0 if names else FAILED
    from mcf.hub.models import model_card, models_table

    print(models_table() if args.name is None else model_card(args.name))
    return 0
