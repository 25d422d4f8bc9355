"""The command ``mcf``: verbs, help, exit codes, and what it costs to start it."""

import argparse
import contextlib
import re
import shlex
import subprocess
import sys

import pytest

from mcf import cli
from mcf.commands import compose, convert, masks, prepare
from mcf.utils.command import REFUSED
from mcf.version import __version__
from tests.fresh_python import ROOT, run_fresh

HEAVY = ("torch", "numpy", "cv2", "mmengine", "mmcv", "mmpretrain", "mmpose", "mmseg")


STEPS = [f"prepare {step}" for step in ("run", "check", "combine", "recall")]
SHARED = {  # what each option of that name must say, in any verb
    "--out": ("folder", "file", "picture to write", "FILE"),
    "--data": ("folder", "where the faces are"),
    "--device": ("where networks compute, for example cuda:0 (default: cpu)",),
    "--workers": ("processes", "threads"),
    "--seed": ("seed of ",),
    "--cfg-options": ("settings of the config to override",),
}
OTHER_NAMES = {"--output", "--root", "--gpu", "--num-workers", "--random-seed"}


def helped(verb: str, capsys) -> str:
    with pytest.raises(SystemExit) as end:
        cli.main([*verb.split(), "--help"])
    assert end.value.code == 0
    return capsys.readouterr().out


def test_every_module_is_a_verb_and_every_verb_a_module():
    files = {path.stem for path in (ROOT / "mcf/commands").glob("[!_]*.py")}
    assert files - {"model_options", "parser"} == set(cli.VERBS)


def test_every_verb_is_a_script_of_the_family_too():
    for verb in cli.VERBS:
        names = [tool for tool, its in cli.TOOLS.items() if its == verb] or [verb]
        (script,) = (ROOT / "tools" / f"{name}.py" for name in names)
        assert f'["{verb}", *sys.argv[1:]]' in script.read_text()


def arguments_of(verb: str, monkeypatch) -> list[argparse.Action]:
    """Arguments of a verb and of its steps that the help shows."""
    parsers = []
    monkeypatch.setattr(
        argparse.ArgumentParser,
        "parse_args",
        lambda self, *_: parsers.append(self),
    )
    with contextlib.suppress(AttributeError, TypeError):
        cli.command(verb).parse_args([])
    shown = []
    for parser in parsers:
        for action in parser._actions:
            if isinstance(action, argparse._SubParsersAction):
                parsers += action.choices.values()
            elif action.help is not argparse.SUPPRESS:
                shown.append(action)
    return shown


@pytest.mark.parametrize("verb", cli.VERBS)
def test_arguments_are_explained_and_mean_the_same_in_all_verbs(verb, monkeypatch):
    shown = arguments_of(verb, monkeypatch)
    assert shown and all(action.help for action in shown)
    for action in shown:
        for name in set(action.option_strings) & set(SHARED):
            assert any(said in action.help for said in SHARED[name]), (name, action)
        assert not set(action.option_strings) & OTHER_NAMES


@pytest.mark.parametrize("verb", [*cli.VERBS, *STEPS])
def test_help_shows_an_example_that_is_taken_and_the_exit_codes(verb, capsys):
    text = helped(verb, capsys)
    assert text.startswith(f"usage: mcf {verb}")
    _, example, codes = re.split(r"^(?:example|exit codes):$", text, flags=re.M)
    assert re.search(r"^  0 ", codes, re.M) and re.search(r"^  130 ", codes, re.M)
    lines = example.replace("\\\n", " ").strip().splitlines()
    assert lines
    for line in lines:
        program, its, *words = shlex.split(line)
        assert program == "mcf" and its in cli.VERBS
        parsed = cli.command(its).parse_args(words)
        assert parsed is not None


def test_help_imports_nothing_heavy_and_says_nothing_else():
    said = run_fresh(
        f"""
from mcf import cli
for verb in cli.VERBS:
    try:
        cli.main([verb, "--help"])
    except SystemExit as end:
        assert end.code == 0
assert not set({HEAVY}) & set(sys.modules)
"""
    )
    assert "warn" not in said.lower() and "Fail to import" not in said


def test_models_are_listed_without_pytorch():
    said = run_fresh(
        """
from mcf import cli
assert cli.main(["models"]) == 0
assert not {"torch", "mmengine", "mmcv"} & set(sys.modules)
"""
    )
    assert "farl-lapa" in said


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--help"], 0, "verbs:"),
        (["--version"], 0, f"mcf {__version__}"),
        ([], REFUSED, "usage: mcf VERB"),
        (["trian"], REFUSED, "no verb 'trian'; did you mean train?"),
        (["xyzzy"], REFUSED, "verbs: demo, doctor, models, download"),
        (["models", "--configs", "*synthetic68*"], 0, "simcc_1xb8"),
        (["models", "--configs", "nothing"], 1, "no config fits 'nothing'"),
        (["models", "nothing"], REFUSED, "no model 'nothing'"),
        (["train", "no_such_config"], REFUSED, "no model 'no_such_config'"),
    ],
)
def test_command_says_what_it_did_and_returns_a_code(words, code, said, capsys):
    assert cli.main(words) == code
    captured = capsys.readouterr()
    assert said in captured.out + captured.err


def test_module_is_the_command():
    done = subprocess.run(
        [sys.executable, "-m", "mcf", "--version"],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert (done.returncode, done.stdout, done.stderr) == (
        0,
        f"mcf {__version__}\n",
        "",
    )


def test_former_names_of_arguments_are_taken():
    def parse(verb: str, line: str):
        return cli.command(verb).parse_args(line.split())

    assert (
        parse("train", "c --work-dir w").out == parse("train", "c --out w").out == "w"
    )
    for verb, before, now in (
        ("train", "c --work-dir w", "c --out w"),
        ("pack", "a b", "a --out b"),
        ("convert", "a b.pth", "a --out b.pth"),
        ("export", "a b.onnx", "a --out b.onnx"),
        ("verify", "wflw d", "wflw --data d"),
        ("compose", "d --order farl", "--data d --order farl"),
        ("prepare", "run a b", "run a --out b"),
        ("prepare", "combine a --to b", "combine a --out b"),
        ("prepare", "index-boxes a --to b", "index-boxes a --out b"),
        (
            "probe",
            "--backbone b --data helen29 --root d",
            "--backbone b --faces helen29 --data d",
        ),
        ("probe", "--backbone b --data synthetic", "--backbone b --faces synthetic"),
    ):
        old, new = vars(parse(verb, before)), vars(parse(verb, now))
        old.pop("root", None)
        assert old == new


@pytest.mark.parametrize(
    ("verb", "line", "said"),
    [
        ("pack", "a", "required: --out"),
        ("pack", "a b --out c", "given twice"),
        ("prepare", "combine a", "required: --out"),
        ("probe", "--backbone b", "give --faces or --probes"),
    ],
)
def test_what_is_missing_is_named(verb, line, said, capsys):
    with pytest.raises(SystemExit) as end:
        cli.command(verb).parse_args(line.split())
    assert end.value.code == REFUSED
    assert said in capsys.readouterr().err


def test_choices_that_help_shows_are_those_of_the_code():
    from mcf.checkpoint import FORMATS
    from mcf.crops.recipes import RECIPES
    from mcf.datasets.parsing import CELEBAMASK_HQ
    from mcf.datasets.parsing.celebamask_hq_files import SPLITS
    from mcf.inspection.masks import TEMPLATES

    assert tuple(FORMATS) == convert.KNOWN
    assert tuple(sorted(RECIPES)) == prepare.CROPS
    assert tuple(CELEBAMASK_HQ) == compose.ORDERS
    assert tuple(SPLITS) == compose.SPLITS
    assert (*TEMPLATES, "detected") == masks.POINTS
