import sys

import pytest

from mcf.commands.web import main


def test_page_without_a_model_is_a_usage_error(capsys):
    with pytest.raises(SystemExit) as error:
        main([])
    assert error.value.code == 2
    assert "give --landmarks" in capsys.readouterr().err


def test_missing_gradio_names_the_remedy(monkeypatch):
    monkeypatch.setitem(sys.modules, "gradio", None)
    for name in ("handlers", "page", "server"):
        monkeypatch.delitem(sys.modules, f"mcf.webui.{name}", raising=False)
    with pytest.raises(ImportError, match=r"requirements/webui\.txt"):
        main(["--parsing", "CONFIG", "CHECKPOINT"])
