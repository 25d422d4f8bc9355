from pathlib import Path

import numpy as np
import pytest
import torch

from mcf.datasets.schemas import get_schema
from mcf.drawn_faces import draw_face
from mcf.hub.download import ensure
from mcf.hub.mmpose_models import check_config, indexed_entries, mmpose_config
from mcf.hub.models import model_card
from mcf.hub.registry import MODELS_FILE, find_model, get_model, read_models
from mcf.inference import FaceInferencer
from mcf.inference.loading import build_network
from mcf.utils.checksums import file_checksum
from mcf.utils.configs import read_config
from tests.hub import entry, use_list

pytest.importorskip("mmpose")
HRNET = "td-hm_hrnetv2-w18_8xb64-60e_cofw-256x256"
RTMPOSE = "rtmpose-t_8xb256-120e_face6-256x256"


def put(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, state: dict):
    """Weights as mmpose saves them, under their name in a cache; their entry."""
    indexed = indexed_entries()[name]
    file = tmp_path / "weights.pth"
    meta = dict(dataset_meta=dict(dataset_name="x", sigmas=np.ones(3, np.float32)))
    torch.save(dict(state_dict=state, meta=meta), file)
    known = indexed | dict(sha256=file_checksum(file)[:8])
    use_list(tmp_path, monkeypatch, {"mine": known})
    monkeypatch.setenv("MCF_OFFLINE", "1")
    model = get_model("mine")
    model.path.parent.mkdir(parents=True)
    file.rename(model.path)
    return model


def old_names(state: dict) -> dict:
    """State of a head with one convolution before the last, named as mmpose 0.x did."""
    changes = {"final_layer.": "final_layer.3.", "conv_layers.": "final_layer."}
    changes["head."] = "keypoint_head."
    for new, old in changes.items():
        state = {key.replace(new, old): value for key, value in state.items()}
    return state


@pytest.mark.parametrize(
    "name, convert",
    [pytest.param(HRNET, old_names, marks=pytest.mark.slow), (RTMPOSE, dict)],
)
def test_points_of_a_name_are_those_of_mmpose(name, convert, monkeypatch, tmp_path):
    from mmpose.apis import inference_topdown

    config = read_config(mmpose_config(indexed_entries()[name]["host_config"]))
    torch.manual_seed(1)
    network = build_network(config)
    state = convert(network.state_dict())
    assert (state.keys() == network.state_dict().keys()) == (convert is dict)
    put(name, monkeypatch, tmp_path, state)
    photo = np.ascontiguousarray(draw_face(3, size=160).image[..., ::-1])
    boxes = np.array([(20, 30, 90, 110.5), (-10, 5, 60, 140)], np.float32)
    found = FaceInferencer(landmarks="mine")(photo, boxes=boxes).landmarks

    network.cfg = config
    flips = get_schema(found.schema).flip_indices()
    network.dataset_meta = dict(flip_indices=flips, dataset_name="x")
    theirs = inference_topdown(network, photo, boxes)
    expected = np.concatenate([one.pred_instances.keypoints for one in theirs])
    assert np.ptp(expected) > 10
    np.testing.assert_allclose(found.points, expected, atol=0.05)


def test_first_digits_of_the_checksum_are_held(monkeypatch, tmp_path):
    model = put(HRNET, monkeypatch, tmp_path, dict(weight=torch.zeros(1)))
    assert f"{model.sha256}... (no more is published)" in model_card("mine")
    assert ensure(model) == model.path
    with model.path.open("ab") as file:
        file.write(b"more")
    with pytest.raises(ValueError, match=f"the published one is {model.sha256}"):
        ensure(model)


def test_names_of_the_index_are_names_here(monkeypatch):
    entries = indexed_entries()
    assert len(entries) > 20
    assert find_model(f"hub://{HRNET}") == get_model(HRNET)
    monkeypatch.setattr("mcf.hub.registry.indexed_entries", lambda: entries)
    for name, values in entries.items():
        model = get_model(name)
        assert mmpose_config(model.host_config).stem == name or "8x64e" in name
        assert model.url == values["url"] and len(model.sha256) == 8
    with pytest.raises(ValueError, match="no model 'rtmpose-q'"):
        get_model("rtmpose-q")


def test_shipped_entries_say_what_the_index_says():
    indexed = {
        values["url"]: values["host_config"] for values in indexed_entries().values()
    }
    shipped = [m for m in read_models(MODELS_FILE).values() if m.format == "mmpose"]
    assert len(shipped) == 7
    for model in shipped:
        assert indexed[model.url] == model.host_config
        assert get_model(Path(model.host_config).stem).meaning == model.meaning
        assert f"-{model.sha256}_" in model.url


def test_configs_lie_in_the_folder_of_mmpose(monkeypatch):
    for path in ("/etc/a.py", "../a.py", "face_2d_keypoint/../../a.py", "a.json"):
        with pytest.raises(ValueError, match="is no config below"):
            check_config(path)
    with pytest.raises(FileNotFoundError, match="has no config face_2d_keypoint/a"):
        mmpose_config("face_2d_keypoint/a.py")
    monkeypatch.setattr("mcf.hub.mmpose_models.find_spec", lambda name: None)
    assert indexed_entries() == {}
    with pytest.raises(ImportError, match="mmpose is missing"):
        mmpose_config("a.py")


def test_entries_are_of_our_form(tmp_path, monkeypatch):
    values = indexed_entries()[RTMPOSE]
    assert values.keys() <= entry("landmarks", host_config="", meaning="").keys() | {
        "numbers"
    }
    with pytest.raises(ValueError, match="is no config below"):
        use_list(tmp_path, monkeypatch, {"mine": values | dict(host_config="../a.py")})
        get_model("mine")
