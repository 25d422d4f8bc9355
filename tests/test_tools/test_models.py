import pytest

from mcf.hub.registry import hub_models
from mcf.utils.command import run_command
from tests.tools import load_tool


@pytest.fixture(scope="module")
def main():
    tool = load_tool("models").main
    return lambda *arguments: run_command(tool, list(arguments))


def test_all_models_are_listed_and_one_is_shown(main, capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("MCF_HOME", str(tmp_path))
    assert main() == 0
    out = capsys.readouterr().out
    assert all(name in out for name in hub_models())
    assert main("farl-wflw") == 0
    assert "98 points of WFLW" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []


def test_a_model_that_is_here_is_checked_and_its_place_told(
    main, recorded_models, capfd
):
    assert main("test-celeba", "--download") == 0
    file = recorded_models / "test-celeba" / "attribute.pt"
    assert capfd.readouterr().out.splitlines()[-1] == str(file)


def test_what_cannot_be_is_an_error_in_a_line(main, recorded_models, capsys):
    assert main("nothing") == 2
    assert "error: no model 'nothing'; there are farl-lapa" in capsys.readouterr().err
    with pytest.raises(SystemExit, match="2"):
        main("--download")
    assert "name the model" in capsys.readouterr().err
    assert main("farl-wflw", "--download") == 1
    assert "error: MCF_OFFLINE is set" in capsys.readouterr().err
