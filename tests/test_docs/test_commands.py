"""Commands in the documentation are taken by the tools they name."""

import argparse
import importlib.util
import re
import sys
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

from mcf import cli
from tests.test_docs.pages import PAGES, ROOT, commands, page_id

LAUNCHERS = {"tools/dist_train.sh": 1, "tools/slurm_train.sh": 3}
"""Scripts that give what follows the config and so many arguments to train.py."""
OTHERS = {"pip", "python3", "mim", "mkdocs", ".", "make", "git", "pre-commit", "curl"}
COMMANDS = [(page, *found) for page in PAGES for found in commands(page)]


class Parsed(Exception):
    """The tool would go on to its work."""


@cache
def tool(path: str) -> ModuleType:
    if path.startswith("projects/"):  # once, for some register what they define
        return importlib.import_module(path.removesuffix(".py").replace("/", "."))
    spec = importlib.util.spec_from_file_location(
        Path(path).stem + "_in_docs", ROOT / path
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def parse(path: str, arguments: list[str], monkeypatch) -> None:
    """Let a tool parse arguments; what it would not take is a SystemExit."""
    whole = argparse.ArgumentParser.parse_args

    def parse_and_stop(self, args=None, namespace=None):
        whole(self, args, namespace)
        raise Parsed

    name = Path(path).stem
    verb = cli.TOOLS.get(name, name)
    is_verb = path.startswith("tools/") and verb in cli.VERBS
    module = cli.command(verb) if is_verb else tool(path)
    monkeypatch.setattr(argparse.ArgumentParser, "parse_args", parse_and_stop)
    monkeypatch.setattr(sys, "argv", [path, *arguments])
    with pytest.raises(Parsed):
        module.main()


def parse_verb(words: list[str], monkeypatch) -> None:
    """Let a verb of ``mcf`` parse arguments."""
    verb, *arguments = words
    if verb in ("--help", "--version"):
        assert not arguments
    elif arguments != ["--help"]:
        assert verb in cli.VERBS
        parse(f"tools/{verb}.py", arguments, monkeypatch)


@pytest.mark.parametrize(
    ("page", "line", "words"),
    COMMANDS,
    ids=[f"{page_id(p)}:{line}-{i}" for i, (p, line, _) in enumerate(COMMANDS)],
)
def test_command_is_taken_by_its_tool(page, line, words, monkeypatch):
    program, *arguments = words
    if program == "python" and arguments[0] == "-m":
        module, *rest = arguments[1:]
        if module == "mcf":
            parse_verb(rest, monkeypatch)
        elif module.startswith("projects."):
            parse(module.replace(".", "/") + ".py", rest, monkeypatch)
        else:
            assert module in ("pytest", "http.server", "timeit")
    elif program == "mcf":
        parse_verb(arguments, monkeypatch)
    elif program == "python":
        parse(arguments[0], arguments[1:], monkeypatch)
    elif program in LAUNCHERS:
        config, *rest = arguments
        parse("tools/train.py", [config, *rest[LAUNCHERS[program] :]], monkeypatch)
    elif program == "scripts/install.sh":
        assert (ROOT / program).is_file()
    elif program == "make":
        assert re.search(rf"^{arguments[0]}:", (ROOT / "Makefile").read_text(), re.M)
    else:
        assert program in OTHERS or program.startswith("--"), words
    for word in words:
        if re.fullmatch(r"(configs|tools|tests|requirements|scripts)/[^A-Z*$]+", word):
            assert (ROOT / word.partition("::")[0]).exists(), word


def test_wrong_option_of_a_verb_is_found(monkeypatch, capsys):
    for words, wrong in ((["train", "c", "--epoch=3"], "--epoch"), (["report"], "RUN")):
        with pytest.raises(SystemExit):
            parse_verb(words, monkeypatch)
        assert wrong in capsys.readouterr().err


def test_wrong_option_is_found(monkeypatch, capsys):
    with pytest.raises(SystemExit):
        parse("tools/model_zoo.py", ["--chek"], monkeypatch)
    assert "--chek" in capsys.readouterr().err
