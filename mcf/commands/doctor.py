"""Report what this machine offers to MCF, what is missing, and how to get it."""

import argparse

from mcf.commands.parser import command_parser
from mcf.utils.command import FAILED


def parse_args(argv: list[str] | None) -> argparse.Namespace:
    parser = command_parser(
        "doctor",
        __doc__,
        example="mcf doctor",
        codes={FAILED: "pre-training cannot run here"},
    )
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> int:
    parse_args(argv)
    from mcf.utils import environment

    sections = environment.report()
    print(environment.render(sections))
    return int(any(line.problem for lines in sections.values() for line in lines))
