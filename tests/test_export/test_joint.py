from pathlib import Path

import numpy as np
import pytest
import torch
from mmengine.config import Config

from mcf.export import OnnxJoint, export_onnx, open_onnx_model
from mcf.inference import FaceInferencer
from mcf.registry import MODELS, registry_scope

for package in ("onnx", "onnxscript", "onnxruntime"):
    pytest.importorskip(package)

RECIPE = Path(__file__).parents[3] / "projects/model_inside/config.py"


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> tuple[Config, Path]:
    """Config of the recipe with small crops, and a checkpoint of random weights."""
    config = Config.fromfile(RECIPE)
    config.model.backbone.checkpoint = None
    config.train_dataloader.dataset.pipeline[0].size = 64
    torch.manual_seed(0)
    with registry_scope(config.default_scope):
        state = MODELS.build(config.model).state_dict()
    meta = dict(dataset_meta=dict(landmark_schema="ibug68", class_set="lapa"))
    path = tmp_path_factory.mktemp("joint") / "weights.pth"
    torch.save(dict(state_dict=state, meta=meta), path)
    return config, path


@pytest.mark.slow
def test_file_has_both_outputs_and_answers_as_pytorch(run, tmp_path):
    config, checkpoint = run
    path = tmp_path / "face.onnx"
    parity = export_onnx(checkpoint, path, config=config, decode=True, faces=3, runs=0)
    assert parity.passed and parity.task == "joint"
    model = open_onnx_model(path, threads=1)
    assert isinstance(model, OnnxJoint) and model.rule.size == (64, 64)
    image = np.random.default_rng(0).integers(0, 256, (80, 70, 3), np.uint8)
    ours, theirs = (
        FaceInferencer(joint=joint, detector=None)(image)
        for joint in ((config, checkpoint), model)
    )
    np.testing.assert_allclose(
        theirs.landmarks.points, ours.landmarks.points, atol=1e-2
    )
    assert (theirs.mask(0) == ours.mask(0)).mean() > 0.999


def test_meaning_must_stand_in_the_checkpoint(run, tmp_path):
    config, checkpoint = run
    state = torch.load(checkpoint, weights_only=True)["state_dict"]
    torch.save(dict(state_dict=state), tmp_path / "mute.pth")
    with pytest.raises(ValueError, match="does not say what its outputs are"):
        FaceInferencer(joint=(config, tmp_path / "mute.pth"), detector=None)


def test_other_models_are_no_joint_ones(run):
    config = Config(dict(default_scope="mcf", model=dict(type="mcf.MobileFaceNet")))
    with pytest.raises(ValueError, match="does not find points and parts at once"):
        FaceInferencer(joint=(config, None), detector=None)
