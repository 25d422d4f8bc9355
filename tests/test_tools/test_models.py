import pytest

from mcf.hub.registry import hub_models
from mcf.utils.command import run_command
from tests.tools import load_tool


@pytest.fixture(scope="module")
def main():
    tool = load_tool("models").main
    return lambda *arguments: run_command(tool, list(arguments))


@pytest.fixture(scope="module")
def fetch():
    tool = load_tool("download").main
    return lambda *names: run_command(tool, list(names))


def test_all_models_are_listed_and_one_is_shown(main, capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("MCF_HOME", str(tmp_path))
    assert main() == 0
    out = capsys.readouterr().out
    assert all(name in out for name in hub_models())
    assert main("farl-wflw") == 0
    assert "98 points of WFLW" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []


def test_a_model_that_is_here_is_checked_and_its_place_told(
    fetch, recorded_models, capfd
):
    assert fetch("test-celeba") == 0
    file = recorded_models / "test-celeba" / "attribute.pt"
    assert capfd.readouterr().out.splitlines()[-1] == str(file)


def test_what_cannot_be_is_an_error_in_a_line(main, fetch, recorded_models, capsys):
    assert main("nothing") == 2
    assert "error: no model 'nothing'; there are farl-lapa" in capsys.readouterr().err
    assert fetch("test-celeba", "nothing") == 2
    said = capsys.readouterr()
    assert said.out == "" and "error: no model 'nothing'" in said.err
    assert fetch("farl-wflw") == 1
    assert "error: MCF_OFFLINE is set" in capsys.readouterr().err
