"""List the configs that come with MCF; their names are taken wherever a config is."""

import argparse

from mcf.commands.parser import command_parser
from mcf.utils.command import FAILED

EXAMPLE = "mcf models '*helen29*'"


def parse_args(argv: list[str] | None) -> argparse.Namespace:
    parser = command_parser(
        "models", __doc__, example=EXAMPLE, codes={FAILED: "no name fits"}
    )
    parser.add_argument(
        "pattern", nargs="?", default="*", help="with * and ?, in quotes (default: *)"
    )
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> int:
    args = parse_args(argv)
    from mcf.utils.configs import list_models

    names = list_models(args.pattern)
    print("\n".join(names) or f"no config fits {args.pattern!r}")
    return 0 if names else FAILED
