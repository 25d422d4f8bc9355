from pathlib import Path

import pytest
import torch
from mmengine.registry import DefaultScope

from mcf.inference.loading import LoadedNetwork, get_model, load_network
from mcf.utils.configs import list_models, read_config
from tests.test_engine.tiny_run import ROOT

from .conftest import ALIGNMENT, PARSING, tiny_alignment


def test_every_config_has_a_name_and_patterns_choose():
    files = [
        path.stem
        for path in (ROOT / "configs").glob("*/*.py")
        if path.parent.name not in ("_base_", "benchmark", "probing")
    ]
    assert list_models() == sorted(files)
    assert list_models("*_synthetic68-*") == [ALIGNMENT]
    assert list_models("nothing*") == []


def test_models_of_all_tasks_are_built_whatever_scope_is_in_force():
    pytest.importorskip("mmpose")
    pytest.importorskip("mmseg")
    DefaultScope.get_instance("elsewhere", scope_name="mmengine")
    names = ("mcf_vit-tiny-p14_1xb32-fp32-coslr-2e_synthetic-112", ALIGNMENT, PARSING)
    kinds = [type(get_model(name)).__name__ for name in names]
    assert kinds == ["MCF", "TopdownPoseEstimator", "FaceParser"]
    assert DefaultScope.get_current_instance().scope_name == "mmengine"


def test_name_and_file_are_the_same_model(landmarks):
    by_name, by_file = get_model(ALIGNMENT), get_model(Path(landmarks[0].filename))
    shapes = [
        {name: value.shape for name, value in model.state_dict().items()}
        for model in (by_name, by_file)
    ]
    assert shapes[0] == shapes[1] and not by_name.training


def test_weights_are_those_of_the_checkpoint(landmarks):
    config, checkpoint = landmarks
    saved = torch.load(checkpoint, weights_only=True)["state_dict"]
    loaded = get_model(config, str(checkpoint)).state_dict()
    assert saved.keys() == loaded.keys()
    assert all(torch.equal(saved[name], loaded[name]) for name in saved)


def test_meaning_comes_from_the_checkpoint_or_else_from_the_test_set(landmarks):
    network = load_network(*landmarks)
    assert network.dataset_meta()["landmark_schema"] == "ibug68"
    assert load_network(tiny_alignment()).dataset_meta()["landmark_schema"] == "ibug68"
    helen = load_network("mcf_vit-tiny-p14_simcc_1xb8-fp32-coslr-40e_helen29-112")
    assert helen.dataset_meta()["landmark_schema"] == "cofw29"
    network = load_network("mcf_vit-tiny-p14_uper_1xb8-fp32-20e_lapa-112")
    assert network.dataset_meta()["classes"][10] == "hair"
    name = "mcf_vit-tiny-p14_1xb32-fp32-coslr-2e_synthetic-112"
    assert load_network(name).dataset_meta() == {}


@pytest.mark.parametrize(
    ("pattern", "box", "kind"),
    [
        ("*_aflw19-448", None, "annotated"),
        ("*_aflw19-448", "landmarks", "landmarks"),
        ("*_wflw-448", None, "landmarks"),
        ("*_simcc_*_helen29-112", None, "landmarks"),
        ("*_simcc_*_helen29-112", "annotated", "annotated"),
        ("*_uper_*_my-faces-512", None, "landmarks"),
    ],
)
def test_rule_says_which_boxes_the_test_set_has(pattern, box, kind):
    pytest.importorskip("mmpose")
    pytest.importorskip("mmseg")
    (name,) = list_models(pattern)
    config = read_config(name)
    if box is not None:
        config.test_dataloader.dataset.box = box
    network = LoadedNetwork(torch.nn.Identity(), config, {})
    assert network.box_kind() == kind


def test_mistakes_are_named(landmarks, tmp_path):
    config, _ = landmarks
    with pytest.raises(
        ValueError, match=f"no model 'synthetic68'; did you.*{ALIGNMENT}"
    ):
        get_model("synthetic68")
    with pytest.raises(ValueError, match="no model 'gpt'; see list_models"):
        get_model("gpt")
    with pytest.raises(FileNotFoundError, match=r"no config 'nothing\.py'"):
        get_model("nothing.py")
    with pytest.raises(FileNotFoundError, match=r"no checkpoint .*absent\.pth"):
        get_model(config, tmp_path / "absent.pth")
    (tmp_path / "empty.py").write_text("lr = 1\n")
    with pytest.raises(ValueError, match=r"empty\.py describes no model"):
        get_model(tmp_path / "empty.py")
    for name, content in (
        ("other", dict(state_dict=dict(x=torch.zeros(1)))),
        ("list", [1, 2]),
        ("number", dict(state_dict=3)),
    ):
        torch.save(content, tmp_path / f"{name}.pth")
        with pytest.raises(ValueError, match=f"{name}.pth"):
            get_model(config, tmp_path / f"{name}.pth")


def test_checkpoint_that_holds_code_is_not_run(landmarks, tmp_path):
    class Evil:
        def __reduce__(self):
            return Path.touch, (tmp_path / "executed",)

    torch.save(dict(state_dict=Evil()), tmp_path / "evil.pth")
    with pytest.raises(ValueError, match=r"evil\.pth was not loaded"):
        get_model(landmarks[0], tmp_path / "evil.pth")
    assert not (tmp_path / "executed").exists()
