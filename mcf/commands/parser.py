"""How a verb tells about itself: what it does, an example, its exit codes."""

import argparse
from collections.abc import Mapping

from mcf.utils.command import FAILED, INTERRUPTED, REFUSED

CODES = {
    0: "done",
    FAILED: "work that was begun went wrong",
    REFUSED: "the call is wrong, or a file or package is missing",
    INTERRUPTED: "stopped by Ctrl-C",
}
"""Exit codes of all verbs."""


def command_parser(
    verb: str,
    description: str | None,
    *,
    example: str,
    codes: Mapping[int, str] | None = None,
) -> argparse.ArgumentParser:
    """Parser of a verb, to which its arguments are added.

    Args:
        verb: Its name.
        description: What it does: the docstring of its module.
        example: A call that does something useful.
        codes: What exit codes mean where they mean more than :data:`CODES`.
    """
    meanings = {**CODES, **(codes or {})}
    lines = [f"  {code:<5}{text}" for code, text in sorted(meanings.items())]
    example = "\n".join(f"  {line}" for line in example.strip().splitlines())
    return argparse.ArgumentParser(
        prog=f"mcf {verb}",
        description=description,
        epilog="\n".join(["example:", example, "", "exit codes:", *lines]),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def add_alias(
    parser: argparse.ArgumentParser, *names: str, of: str, **settings: object
) -> None:
    """Let an argument have a former name too, which the help does not show.

    Args:
        parser: It has the argument already.
        names: Former names, such as ``--work-dir``.
        of: Attribute of the argument, such as ``out``.
        settings: Type, action and so on of the argument.
    """
    hidden = dict(default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    parser.add_argument(*names, dest=of, **(settings | hidden))


def add_former_place(
    parser: argparse.ArgumentParser, name: str, **settings: object
) -> None:
    """Let an option also be the last word without a name, as it was once.

    :func:`take_former_place` must follow the parsing.
    """
    hidden = dict(nargs="?", help=argparse.SUPPRESS)
    parser.add_argument(f"{name}_by_place", **(settings | hidden))


def take_former_place(
    parser: argparse.ArgumentParser, args: argparse.Namespace, name: str
) -> None:
    """Move what :func:`add_former_place` took to the option; one of them must be."""
    placed = getattr(args, f"{name}_by_place")
    delattr(args, f"{name}_by_place")
    if (placed is None) == (getattr(args, name) is None):
        parser.error(
            f"the following arguments are required: --{name}"
            if placed is None
            else f"--{name} is given twice: {getattr(args, name)} and {placed}"
        )
    if placed is not None:
        setattr(args, name, placed)


def add_config_options(parser: argparse.ArgumentParser) -> None:
    """``--cfg-options``, as texts for :func:`mcf.utils.options.merge_options`."""
    parser.add_argument(
        "--cfg-options",
        nargs="+",
        action="extend",
        metavar="NAME=VALUE",
        help="override settings of the config; lists as name=a,b or name='[a,b]'",
    )


def add_launch_options(parser: argparse.ArgumentParser) -> None:
    """What starters of several processes give."""
    parser.add_argument(
        "--launcher",
        choices=["none", "pytorch", "slurm", "mpi"],
        default="none",
        help="what started the processes of this run (default: none)",
    )
    parser.add_argument(
        "--local_rank", "--local-rank", type=int, default=0, help=argparse.SUPPRESS
    )
