"""Histories in a work folder that no hook has written, or a full disk has cut."""

import json

import pytest

from mcf.engine.finetune import last_test_scores
from mcf.engine.histories import read_bad_names, read_probes, read_selection

RECORD = dict(epoch=1, iter=7, val={"error": 2.0, "name": "x"}, test={"error": 3.0})
SELECTION = dict(metric="error", rule="less", held_out=True, records=[RECORD])
PROBE = dict(epoch=1, iter=7, images=28, scores={"nme": 2.0})
NO_JSON = ["", '{"records": ', "[" * 100_000, "\xff" * 9, "null", "5", '"text"']


def refused(read, path, text):
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(ValueError, match=path.name):
        read(path)


def test_what_hooks_write_is_read(tmp_path):
    path = tmp_path / "a.json"
    path.write_text(json.dumps(SELECTION))
    checked = RECORD | dict(val={"error": 2.0})
    assert read_selection(path) == SELECTION | dict(records=[checked])
    path.write_text(json.dumps([PROBE]))
    assert read_probes(path) == [PROBE]


@pytest.mark.parametrize("text", NO_JSON)
@pytest.mark.parametrize("read", [read_selection, read_probes])
def test_no_history_is_refused_by_name(read, text, tmp_path):
    refused(read, tmp_path / "history.json", text)


@pytest.mark.parametrize("key", PROBE)
@pytest.mark.parametrize("value", ["x", -1, [], 1.5, 1e300, None])
def test_probe_of_another_kind_is_refused(key, value, tmp_path):
    text = json.dumps([PROBE, PROBE | {key: value}])
    refused(read_probes, tmp_path / "probes.json", text)


@pytest.mark.parametrize("key", ["epoch", "iter", "val"])
@pytest.mark.parametrize("value", ["x", -1, [], 1.5, None])
def test_validation_of_another_kind_is_refused(key, value, tmp_path):
    text = json.dumps(SELECTION | dict(records=[RECORD | {key: value}]))
    refused(read_selection, tmp_path / "selection.json", text)


def test_too_large_a_history_is_not_read(tmp_path):
    path = tmp_path / "selection.json"
    with path.open("wb") as file:
        file.truncate(2**30)
    with pytest.raises(ValueError, match=r"selection\.json.*over the limit"):
        read_selection(path)


def test_missing_test_scores_are_told(tmp_path):
    path = tmp_path / "selection.json"
    path.write_text(json.dumps(SELECTION))
    assert last_test_scores(tmp_path) == {"error": 3.0}
    untested = {k: v for k, v in RECORD.items() if k != "test"}
    path.write_text(json.dumps(SELECTION | dict(records=[untested])))
    with pytest.raises(ValueError, match=r"selection\.json has no scores of the test"):
        last_test_scores(tmp_path)


@pytest.mark.parametrize("line", ["{", "[]", '{"name": 5}', "{}", "[" * 100_000])
def test_line_that_names_no_bad_image_is_told(line, tmp_path):
    good = '{"name": "a", "reason": "empty", "iter": 1}\n'
    assert read_bad_names(good * 2, tmp_path / "x") == {"a"}
    with pytest.raises(ValueError, match=r"bad_images\.jsonl, line 2"):
        read_bad_names(f"{good}{line}\n", tmp_path / "bad_images.jsonl")
