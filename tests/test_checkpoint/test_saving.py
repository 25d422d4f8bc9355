import json

import pytest
import torch
from safetensors import safe_open

from mcf.checkpoint import read_state, save_checkpoint

STATE = {"a.weight": torch.arange(6.0).reshape(2, 3), "b": torch.ones(2)}
META = {"contains": "ViT", "img_size": 224, "mean": [1.5, 2.0], "norm": {"eps": 1e-6}}


@pytest.mark.parametrize("suffix", [".pth", ".pt", ".safetensors"])
def test_what_is_written_is_read_back(tmp_path, suffix):
    path = tmp_path / f"net{suffix}"
    save_checkpoint(path, STATE, META)
    state = read_state(path)
    assert state.keys() == STATE.keys()
    assert all(torch.equal(state[name], STATE[name]) for name in STATE)
    assert list(tmp_path.iterdir()) == [path]


def test_pth_holds_meta_and_state_under_the_chosen_key(tmp_path):
    save_checkpoint(tmp_path / "net.pth", STATE, META, top_level="model")
    content = torch.load(tmp_path / "net.pth", weights_only=True)
    assert content.keys() == {"model", "meta"}
    assert content["meta"] == META


def test_pth_without_top_level_key_is_the_state_itself(tmp_path):
    save_checkpoint(tmp_path / "net.pth", STATE, META, top_level=None)
    assert torch.load(tmp_path / "net.pth", weights_only=True).keys() == STATE.keys()


def test_safetensors_hold_meta_as_strings(tmp_path):
    save_checkpoint(tmp_path / "net.safetensors", STATE, META)
    with safe_open(tmp_path / "net.safetensors", "pt") as file:
        meta = file.metadata()
    assert meta["contains"] == "ViT"
    assert json.loads(meta["norm"]) == {"eps": 1e-6}


@pytest.mark.parametrize("suffix", [".pth", ".safetensors"])
def test_views_and_shared_tensors_are_stored_on_their_own(tmp_path, suffix):
    whole = torch.rand(1000, 100)
    state = {
        "view": whole[:2].T,
        "same": whole[:2],
        "parameter": torch.nn.Linear(2, 2).weight,
    }
    save_checkpoint(tmp_path / f"net{suffix}", state, {})
    assert (tmp_path / f"net{suffix}").stat().st_size < 10_000
    assert torch.equal(read_state(tmp_path / f"net{suffix}")["view"], whole[:2].T)


@pytest.mark.parametrize("step", ["torch.save", "os.fsync"])
def test_failure_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch, step):
    path = tmp_path / "net.pth"
    save_checkpoint(path, STATE, META)
    before = path.read_bytes()

    def fail(*_):
        raise OSError("disk full")

    monkeypatch.setattr(step, fail)
    with pytest.raises(OSError, match="disk full"):
        save_checkpoint(path, {"b": torch.zeros(9)}, {})
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("suffix", [".pth", ".safetensors"])
def test_file_has_the_permissions_of_any_new_file(tmp_path, suffix):
    (tmp_path / "other").touch()
    save_checkpoint(tmp_path / f"net{suffix}", STATE, META)
    mode = (tmp_path / "other").stat().st_mode
    assert (tmp_path / f"net{suffix}").stat().st_mode == mode


def test_unknown_suffix_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"net\.bin: the suffix must be one of \.pth"):
        save_checkpoint(tmp_path / "net.bin", STATE, META)


def test_empty_state_is_refused(tmp_path):
    with pytest.raises(ValueError, match="without tensors"):
        save_checkpoint(tmp_path / "net.pth", {}, META)


def test_missing_folder_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"create the folder .*none first"):
        save_checkpoint(tmp_path / "none" / "net.pth", STATE, META)


def test_meta_outside_json_is_refused(tmp_path):
    with pytest.raises(ValueError, match="meta must be of JSON types"):
        save_checkpoint(tmp_path / "net.pth", STATE, {"type": torch.nn.Linear})
