import pytest
import torch
from mmengine.runner.checkpoint import _load_checkpoint_with_prefix
from mmpretrain.models import VisionTransformer
from torch import nn

from mcf import __version__
from mcf.checkpoint.safe_load import load_file
from mcf.engine.hooks.export_backbone_hook import ExportBackboneHook, backbone_weights
from tests.test_engine.toy import ToyModel, toy_runner
from tests.tiny import tiny_mcf


@pytest.mark.parametrize("encoder", ["online", "momentum"])
def test_mmpretrain_loads_the_export_of_a_real_model(tmp_path, encoder):
    model = tiny_mcf()
    with torch.no_grad():
        for value in model.momentum_encoder.module.parameters():
            value += 1
    weights = backbone_weights(model, encoder)
    path = tmp_path / "backbone.pth"
    torch.save(dict(state_dict=weights), path)
    vit = VisionTransformer(
        arch=dict(embed_dims=16, num_layers=2, num_heads=2, feedforward_channels=32),
        img_size=32,
        patch_size=8,
        init_cfg=dict(type="Pretrained", checkpoint=str(path), prefix="backbone."),
    )
    vit.init_weights()
    source = dict(online=model, momentum=model.momentum_encoder.module)[encoder]
    source = source.backbone if encoder == "online" else source["backbone"]
    expected = source.state_dict()
    assert vit.state_dict().keys() == expected.keys()
    for name, tensor in vit.state_dict().items():
        assert torch.equal(tensor, expected[name]), name
    assert (
        _load_checkpoint_with_prefix("backbone.", str(path)).keys() == expected.keys()
    )


def test_nothing_but_the_backbone_is_exported():
    weights = backbone_weights(tiny_mcf(), "online")
    assert {name.split(".")[0] for name in weights} == {"backbone"}


def test_run_ends_with_a_file_that_says_what_it_is(tmp_path):
    model = dict(
        type=ToyModel,
        backbone=dict(type="x", arch="small", img_size=4, patch_size=2),
        data_preprocessor=dict(mean=[1.0], std=[2.0], to_rgb=True),
    )
    runner = toy_runner(tmp_path, custom_hooks=[dict(type="mcf.ExportBackboneHook")])
    runner.cfg.model = model
    runner.train()
    content = load_file(tmp_path / "backbone_online.pth")
    assert set(content["state_dict"]) == {"backbone.weight", "backbone.bias"}
    assert torch.equal(
        content["state_dict"]["backbone.bias"], runner.model.backbone.bias
    )
    assert content["meta"] == dict(
        method="ToyModel",
        encoder="online",
        epochs=2,
        iters=12,
        backbone=dict(type="x", arch="small", img_size=4, patch_size=2),
        arch="small",
        img_size=4,
        patch_size=2,
        mean=[1.0],
        std=[2.0],
        to_rgb=True,
        dataset="pixels",
        images=12,
        crop=None,
        mcf_version=__version__,
    )


def test_interval_writes_during_training_too(tmp_path, monkeypatch):
    epochs = []
    monkeypatch.setattr(
        ExportBackboneHook,
        "_export",
        lambda self, runner, *, epochs_=epochs, epochs: epochs_.append(epochs),
    )
    hook = dict(type="mcf.ExportBackboneHook", interval=2)
    toy_runner(tmp_path, epochs=5, custom_hooks=[hook]).train()
    assert epochs == [2, 4, 5]


def test_absent_encoder_is_refused_before_training(tmp_path):
    hook = dict(type="mcf.ExportBackboneHook", encoder="momentum")
    runner = toy_runner(tmp_path, custom_hooks=[hook])
    with pytest.raises(ValueError, match="ToyModel has no weights under 'momentum_"):
        runner.train()
    assert runner.iter == 0
    with pytest.raises(ValueError, match="encoder='teacher'"):
        ExportBackboneHook("teacher")
    with pytest.raises(ValueError, match="no weights"):
        backbone_weights(nn.Linear(1, 1), "online")
