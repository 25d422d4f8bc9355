"""Completion of a command in a shell, by argcomplete, if that is installed."""

import argparse
import os
from collections.abc import Callable, Iterable
from types import ModuleType

from mcf.utils.command import COMPLETES


class CompletedParser(argparse.ArgumentParser):
    """A parser whose arguments a shell can complete."""

    def parse_args(self, args=None, namespace=None):
        """Answer the shell and end, if it asks for completions; else parse."""
        if os.environ.get(COMPLETES):
            import argcomplete

            argcomplete.autocomplete(self, always_complete_options=False)
        return super().parse_args(args, namespace)


def complete(verbs: Iterable[str], command: Callable[[str], ModuleType]) -> None:
    """Answer a shell that completes ``mcf ...``: the verb, or what follows it.

    Args:
        verbs: All verbs.
        command: Gives the module of a verb.
    """
    line = os.environ["COMP_LINE"][: int(os.environ["COMP_POINT"])]
    words = f"{line}|".split()  # the last one is still being typed
    if len(words) > 2 and words[1] in verbs:
        os.environ[COMPLETES] = "2"  # words before those of the verb
        command(words[1]).parse_args([])
    parser = CompletedParser(prog="mcf")
    parser.add_argument("verb", choices=verbs)
    parser.parse_args([])


def complete_config(argument: argparse.Action) -> None:
    """Let a shell complete an argument with names of configs, or else with files."""

    def names(prefix: str, **_: object) -> Iterable[str]:
        from argcomplete.completers import FilesCompleter

        from mcf.utils.configs import list_models

        return list_models(f"{prefix}*") or FilesCompleter()(prefix)

    argument.completer = names  # type: ignore[attr-defined]
