import sys

import pytest

from mcf.commands.web import main
from mcf.drawn_faces.lifelike import draw_lifelike


def test_page_without_a_model_asks_the_one_inside(monkeypatch):
    pytest.importorskip("gradio")
    from mcf.webui import server

    class Built(Exception):
        """The page would be served."""

    def build(handlers, **address):
        face = draw_lifelike(4, 96).image
        raise Built(handlers.inferencer(face))

    monkeypatch.setattr(server, "running_page", build)
    with pytest.raises(Built) as built:
        main(["--detector", "none"])
    (result,) = built.value.args
    assert result.landmarks.schema == "ibug68" and result.parsing is not None


def test_missing_gradio_names_the_remedy(monkeypatch):
    monkeypatch.setitem(sys.modules, "gradio", None)
    for name in ("handlers", "page", "server"):
        monkeypatch.delitem(sys.modules, f"mcf.webui.{name}", raising=False)
    with pytest.raises(ImportError, match=r"requirements/webui\.txt"):
        main(["--parsing", "CONFIG", "CHECKPOINT"])
