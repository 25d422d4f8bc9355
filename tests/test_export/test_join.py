from pathlib import Path

import numpy as np
import pytest
import torch
from mmengine.config import Config

pytest.importorskip("mmpose")
pytest.importorskip("mmseg")

from mcf.datasets.parsing.class_sets import LAPA
from mcf.export import export_onnx, join_networks, open_onnx_model
from mcf.inference import FaceInferencer
from mcf.inference.loading import load_network
from mcf.utils.configs import read_config

ARCH = dict(embed_dims=16, num_layers=4, num_heads=2, feedforward_channels=32)
LORA = dict(lora_rank=2)
WHOLE = dict(type="mcf.WholeImageCrop", size=112)


def alignment(**backbone: object) -> Config:
    config = read_config("mcf_vit-tiny-p14_heatcoord_1xb8-fp32-coslr-40e_helen29-112")
    shrink(config, **backbone)
    config.model.neck.embed_dims = 16
    config.model.head.update(in_channels=[16] * 4, channels=8, num_keypoints=68)
    drawn = dict(type="mcf.SyntheticLandmarks", length=4, split="test")
    config.test_dataloader.dataset = dict(
        drawn, pipeline=[WHOLE, dict(type="PackPoseInputs")], test_mode=True
    )
    return config


def parsing(**backbone: object) -> Config:
    config = read_config("mcf_vit-tiny-p14_uper_1xb4-fp32-4e_synthetic-112")
    shrink(config, **backbone)
    config.model.neck.embed_dims = 16
    config.model.decode_head.update(in_channels=[16] * 4, channels=8)
    return config


def shrink(config: Config, **backbone: object) -> None:
    config.model.backbone.update(arch=ARCH, out_indices=[0, 1, 2, 3], **backbone)


def save(config: Config, path: Path, meta: dict, backbone: dict | None = None) -> Path:
    """Random weights as a run saves them, with a given backbone."""
    torch.manual_seed(len(path.name))
    model = load_network(config).model
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.3)
    state = model.state_dict()
    state |= {k: v for k, v in (backbone or {}).items() if k.startswith("backbone.")}
    torch.save(dict(state_dict=state, meta=dict(dataset_meta=meta)), path)
    return path


@pytest.fixture(scope="module", params=[{}, LORA], ids=["frozen", "lora"])
def runs(request, tmp_path_factory) -> list[tuple[Config, Path]]:
    """Two runs on one backbone."""
    folder = tmp_path_factory.mktemp("runs")
    points, parts = alignment(**request.param), parsing(**request.param)
    first = save(points, folder / "points.pth", dict(landmark_schema="ibug68"))
    state = torch.load(first, weights_only=True)["state_dict"]
    second = save(parts, folder / "parts.pth", LAPA.metainfo(), state)
    return [(points, first), (parts, second)]


def joined(runs, folder: Path) -> tuple[Path, Path]:
    configs, checkpoints = zip(*runs)
    return join_networks(checkpoints, configs, folder)


@pytest.fixture(scope="module")
def photo() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (120, 112, 3), np.uint8)


def test_joint_model_answers_as_the_networks_apart(runs, photo, tmp_path):
    joint = joined(runs, tmp_path / "joint")
    ours = FaceInferencer(joint=joint, detector=None)(photo)
    apart = FaceInferencer(landmarks=runs[0], parsing=runs[1], detector=None)(photo)
    np.testing.assert_allclose(ours.landmarks.points, apart.landmarks.points, atol=1e-4)
    np.testing.assert_allclose(ours.landmarks.scores, apart.landmarks.scores, atol=1e-6)
    np.testing.assert_array_equal(ours.mask(0), apart.mask(0))
    assert len(np.unique(apart.mask(0))) > 2


def test_first_differing_tensor_is_named(runs, tmp_path):
    (points, first), (parts, second) = runs
    content = torch.load(second, weights_only=True)
    key = "backbone.layers.1.attn.qkv.weight"
    content["state_dict"][key][3, 2] += 0.5
    torch.save(content, tmp_path / "other.pth")
    with pytest.raises(ValueError, match=rf"first in {key} \(by up to 0\.5\)"):
        joined([(points, first), (parts, tmp_path / "other.pth")], tmp_path / "joint")
    assert not (tmp_path / "joint").exists()


def test_crops_and_settings_that_differ_are_refused(tmp_path):
    points, parts = alignment(), parsing()
    first = save(points, tmp_path / "a.pth", dict(landmark_schema="ibug68"))
    second = save(parts, tmp_path / "b.pth", LAPA.metainfo())
    both = (first, second)
    points.test_dataloader.dataset.pipeline[0].scale = 0.8
    with pytest.raises(ValueError, match=r"cut faces differently \(scale 0.8 and 1.0"):
        join_networks(both, (points, parts), tmp_path / "joint")
    points = alignment()
    points.model.data_preprocessor.mean = [0.0, 0.0, 0.0]
    with pytest.raises(ValueError, match="differ in the normalisation: mean"):
        join_networks(both, (points, parts), tmp_path / "joint")
    with pytest.raises(ValueError, match="give two or more"):
        join_networks([first], [points], tmp_path / "joint")
    with pytest.raises(ValueError, match="a name of its own"):
        join_networks((first, first), (points, points), tmp_path / "joint")


@pytest.mark.slow
def test_one_file_has_all_outputs(runs, photo, tmp_path):
    for package in ("onnx", "onnxscript", "onnxruntime"):
        pytest.importorskip(package)
    config, checkpoint = joined(runs, tmp_path / "joint")
    path = tmp_path / "joint.onnx"
    parity = export_onnx(checkpoint, path, config=config, decode=True, faces=3, runs=0)
    assert parity.passed and parity.task == "joint"
    ours = FaceInferencer(joint=(config, checkpoint), detector=None)(photo)
    theirs = FaceInferencer(joint=open_onnx_model(path, threads=1), detector=None)
    found = theirs(photo).landmarks.points
    np.testing.assert_allclose(found, ours.landmarks.points, atol=1e-2)
