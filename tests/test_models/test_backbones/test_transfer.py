"""The way of a masked network's weights: into pre-training, out, and into a host."""

import numpy as np
import pytest
import torch
from mmengine.registry import DefaultScope

from mcf.checkpoint import load_strict
from mcf.engine.hooks.export_backbone_hook import backbone_weights
from mcf.models.backbone_loaders import load_backbone_model
from mcf.models.frozen_backbone import extract_features
from mcf.registry import MODELS
from tests.test_models.test_backbones.encoders import RESNET, masked


@pytest.fixture
def exported(tmp_path):
    """Pre-trained encoder and its file, as the export hook writes it."""
    torch.manual_seed(1)
    encoder = MODELS.build(masked(RESNET))
    encoder.eval()
    model = torch.nn.ModuleDict(dict(backbone=encoder))
    meta = dict(backbone=masked(RESNET), img_size=64, mean=[127.5] * 3, std=[127.5] * 3)
    file = tmp_path / "backbone_online.pth"
    torch.save(dict(state_dict=backbone_weights(model, "online"), meta=meta), file)
    return encoder, file


def maps_of(network):
    network.eval()
    return network(torch.ones(1, 3, 64, 64))[-1]


def test_plain_network_of_the_host_takes_them_strictly(exported):
    encoder, file = exported
    network = MODELS.build(RESNET)
    load_strict(network, file)
    assert torch.equal(maps_of(network), maps_of(encoder.network))


def test_plain_network_of_the_host_takes_them_by_init_cfg(exported):
    encoder, file = exported
    init = dict(type="Pretrained", checkpoint=str(file), prefix="backbone.network.")
    with DefaultScope.overwrite_default_scope("mmpretrain"):
        network = MODELS.build(RESNET | dict(init_cfg=init))
        network.init_weights()
    assert torch.equal(maps_of(network), maps_of(encoder.network))


def test_features_are_read_from_the_file(exported):
    encoder, file = exported
    face = np.full((64, 64, 3), 255, np.uint8)
    features = extract_features(load_backbone_model(file), [face])
    expected = maps_of(encoder.network).mean(dim=(2, 3))
    np.testing.assert_allclose(features, expected.detach().numpy(), atol=1e-5)


def test_public_weights_start_the_pre_training(tmp_path):
    torch.manual_seed(2)
    network = MODELS.build(RESNET)
    state = network.state_dict() | {"fc.weight": torch.ones(2, 2)}
    torch.save(state, tmp_path / "resnet.pth")
    encoder = MODELS.build(masked(RESNET))
    load_strict(encoder, tmp_path / "resnet.pth")
    assert torch.equal(maps_of(encoder.network), maps_of(network))
    assert encoder.filling.abs().sum() == 0


def test_file_of_a_deeper_network_is_refused(tmp_path):
    state = MODELS.build(RESNET).state_dict() | {"layer5.weight": torch.ones(2)}
    torch.save(state, tmp_path / "resnet.pth")
    with pytest.raises(ValueError, match=r"left over: .*layer5"):
        load_strict(MODELS.build(masked(RESNET)), tmp_path / "resnet.pth")
