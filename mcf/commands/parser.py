"""Help of a verb: what it does, an example, its exit codes."""

import argparse
from collections.abc import Mapping

from mcf.utils.command import FAILED, INTERRUPTED, REFUSED
from mcf.utils.completion import CompletedParser, complete_config

CODES = {
    0: "done",
    FAILED: "the work began, but something went wrong",
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
    return CompletedParser(
        prog=f"mcf {verb}",
        description=description,
        epilog=example_and_codes(example, codes),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def add_step(
    steps: "argparse._SubParsersAction[CompletedParser]",
    name: str,
    description: str,
    *,
    example: str,
    codes: Mapping[int, str] | None = None,
) -> argparse.ArgumentParser:
    """Parser of one step of a verb that has several, such as ``mcf prepare run``.

    Args:
        steps: What ``add_subparsers`` of the verb's parser returned.
        name: Of the step.
        description: What it does, in one line, which the help of the verb shows too.
        example: As in :func:`command_parser`.
        codes: As in :func:`command_parser`.
    """
    return steps.add_parser(
        name,
        help=description[0].lower() + description[1:].rstrip("."),
        description=description,
        epilog=example_and_codes(example, codes),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def example_and_codes(example: str, codes: Mapping[int, str] | None) -> str:
    """The end of a help text."""
    meanings = {**CODES, **(codes or {})}
    lines = [f"  {code:<5}{text}" for code, text in sorted(meanings.items())]
    example = "\n".join(f"  {line}" for line in example.strip().splitlines())
    return "\n".join(["example:", example, "", "exit codes:", *lines])


def add_device(parser: argparse.ArgumentParser) -> None:
    """``--device``, with one meaning for all verbs."""
    parser.add_argument(
        "--device",
        default="cpu",
        help="where networks compute, for example cuda:0 (default: cpu)",
    )


def add_seed(parser: argparse.ArgumentParser, what: str) -> None:
    """``--seed`` of what is named."""
    parser.add_argument(
        "--seed", type=int, default=0, help=f"seed of {what} (default: 0)"
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


def add_config(parser: argparse.ArgumentParser) -> None:
    """The config, as a file or by its name."""
    complete_config(
        parser.add_argument(
            "config", help="a file, or a name that `mcf models --configs '*'` lists"
        )
    )


def add_config_options(parser: argparse.ArgumentParser) -> None:
    """``--cfg-options``, as texts for :func:`mcf.utils.options.merge_options`."""
    parser.add_argument(
        "--cfg-options",
        nargs="+",
        action="extend",
        metavar="NAME=VALUE",
        help="settings of the config to override; lists as name=a,b or name='[a,b]'",
    )


def add_launch_options(parser: argparse.ArgumentParser) -> None:
    """What starters of several processes give."""
    parser.add_argument(
        "--launcher",
        choices=["none", "pytorch", "slurm", "mpi"],
        default="none",
        help="what launched the processes of this run (default: none)",
    )
    parser.add_argument(
        "--local_rank", "--local-rank", type=int, default=0, help=argparse.SUPPRESS
    )
