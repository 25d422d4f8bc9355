from pathlib import Path

import pytest
import yaml

from mcf.checkpoint import FORMATS
from mcf.hub.models import COLUMNS, model_card, models_table, renewed_page
from mcf.hub.registry import MODELS_FILE, find_model, get_model, hub_models, read_models
from mcf.inference import list_models
from tests.hub import entry, use_list

ROOT = Path(__file__).resolve().parents[2]
PUBLISHERS = dict.fromkeys(("farl-network", "farl"), "https://github.com/")
PUBLISHERS["mmpose"] = "https://download.openmmlab.com/mmpose/"
PARSING = dict(meaning="lapa", crop={"recipe": "facer-lapa", "size": 96})


def test_the_shipped_list_is_sound_and_says_what_may_be_done():
    models = read_models(MODELS_FILE)
    assert len(models) >= 9
    for model in models.values():
        assert model.licence and model.data and model.allows
        assert model.url is None or model.url.startswith(PUBLISHERS[model.format])
        assert model.format in {"farl-network", "mmpose", *FORMATS}
        assert model.config is None or model.config in list_models()
        if model.crop is not None:
            rule = model.crop.rule()
            assert rule.recipe.version >= 1 and rule.recipe.border == "black"


def test_published_sizes_and_checksums_are_those_of_two_sources():
    lapa, celebm = get_model("farl-lapa"), get_model("farl-celebm")
    assert (lapa.bytes, lapa.sha256[:8]) == (646604126, "f5a87490")
    assert (celebm.bytes, celebm.sha256[:8]) == (646629586, "bbc1f0e9")
    assert get_model("farl-wflw").sha256 is None


def test_names_are_found_with_and_without_scheme():
    assert find_model("hub://farl-lapa") == find_model("farl-lapa")
    assert find_model("nothing-like-it") is None
    assert find_model("../../etc/passwd") is None
    assert find_model(3) is None
    with pytest.raises(ValueError, match="no model 'nothing'; there are farl-lapa"):
        find_model("hub://nothing")


@pytest.mark.parametrize(
    "changes, reason",
    [
        (dict(task="guessing"), "task"),
        (dict(url="http://example.invalid/a.pt"), "https"),
        (dict(url="file:///etc/passwd"), "https"),
        (dict(url="https://name:word@example.invalid/a.pt"), "https"),
        (dict(url=None), "names no file"),
        (dict(url=None, file="../a.pt"), "names no file"),
        (dict(url=None, file=".hidden"), "no file of weights"),
        (dict(url=None, file="a.json"), "no file of weights"),
        (dict(sha256="abc"), "no SHA-256"),
        (dict(bytes=0), "bytes"),
        (dict(format="pickle"), "format"),
        (dict(meaning="nothing"), "known are lapa"),
        (dict(crop=None), "how its faces are cut"),
        (dict(host_config="a.py"), "needs host_config and landmarks"),
        (dict(format="mmpose"), "needs host_config and landmarks"),
        (dict(format="mmpose", host_config="a.py"), "needs host_config and landmarks"),
        (dict(crop={"recipe": "round", "size": 9}), "recipe"),
        (dict(data=[]), "data"),
        (dict(colour="red"), "unknown key"),
        (dict(licence=3), "licence"),
    ],
)
def test_wrong_entries_are_refused_by_name(tmp_path, changes, reason):
    file = tmp_path / "own.yaml"
    wrong = entry("parsing", **PARSING) | changes
    file.write_text(yaml.safe_dump({"mine": wrong}))
    with pytest.raises(ValueError, match=rf"own\.yaml: 'mine': .*{reason}"):
        read_models(file)


@pytest.mark.parametrize(
    "text",
    [
        *("- a\n- b\n", "a: !!python/object/apply:os.system [ls]\n", "a: ["),
        *("[" * 10_000, "{a: " * 3000, "\0", "a: &a {b: *a}"),
    ],
    ids=range(7),
)
def test_files_that_are_no_list_are_refused(tmp_path, text):
    file = tmp_path / "own.yaml"
    file.write_text(text)
    with pytest.raises(ValueError, match=r"own\.yaml"):
        read_models(file)


def test_own_models_add_to_the_list_but_take_no_name(tmp_path, monkeypatch):
    use_list(tmp_path, monkeypatch, {"mine": entry("parsing", **PARSING)})
    assert {"mine", "farl-lapa"} <= hub_models().keys()
    use_list(tmp_path, monkeypatch, {"farl-lapa": entry("parsing", **PARSING)})
    with pytest.raises(ValueError, match="farl-lapa is a name of MCF's"):
        hub_models()
    monkeypatch.setenv("MCF_MODELS", str(tmp_path / "none.yaml"))
    with pytest.raises(FileNotFoundError, match=r"none\.yaml"):
        hub_models()


def test_table_and_card_say_licence_size_and_place(tmp_path, monkeypatch):
    monkeypatch.setenv("MCF_HOME", str(tmp_path))
    lines = models_table().splitlines()
    assert lines[0].split() == " ".join(COLUMNS).split()
    assert len(lines) == 1 + len(hub_models())
    assert any("farl-lapa" in line and "646.6 MB" in line for line in lines)
    card = model_card("farl-lapa")
    for part in ("MIT", "LaPa: non-commercial", "f5a87490", str(tmp_path), "93.82"):
        assert part in card
    assert "here      no" in card
    with pytest.raises(ValueError, match="no model"):
        model_card("nothing")


def test_the_page_of_models_is_up_to_date():
    page = (ROOT / "docs" / "models.md").read_text(encoding="utf-8")
    assert page == renewed_page(page), "run python tools/model_zoo.py"
    with pytest.raises(ValueError, match="no table"):
        renewed_page("# Models\n")
