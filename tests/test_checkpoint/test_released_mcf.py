import json

import numpy as np
import pytest
import torch
from mmpretrain.models import MAEPretrainDecoder, NonLinearNeck, VisionTransformer

from mcf.checkpoint import released_mcf_state, released_name


def released(recording):
    return {
        key.removeprefix("state/"): torch.from_numpy(recording[key])
        for key in recording.files
        if key.startswith("state/")
    }


@pytest.fixture
def recording(shared):
    with np.load(shared / "parity" / "mcf_released_step.npz") as content:
        yield content


def test_every_tensor_of_the_recording_is_used_once_and_unchanged(recording):
    theirs = released(recording)
    ours = released_mcf_state(theirs)
    assert len(ours) == len(theirs)
    for name, tensor in ours.items():
        assert tensor is theirs[released_name(name)]


def test_names_and_shapes_are_those_of_the_host_modules(recording):
    config = json.loads(str(recording["config_json"]))
    ours = released_mcf_state(released(recording))

    def vit(kind):
        dims = config[f"{kind}embed_dims"]
        arch = dict(
            embed_dims=dims,
            num_layers=config[f"{kind}num_layers"],
            num_heads=config[f"{kind}num_heads"],
            feedforward_channels=config["mlp_ratio"] * dims,
        )
        size, patch = config["img_size"], config[f"{kind}patch_size"]
        return VisionTransformer(arch, img_size=size, patch_size=patch)

    def mlp(channels, **last):
        hidden, out = config["projector_hidden"], config["projector_dims"]
        norm = dict(type="BN1d")
        return NonLinearNeck(
            channels, hidden, out, with_avg_pool=False, norm_cfg=norm, **last
        )

    projector = mlp(config["embed_dims"], with_last_bn_affine=False)
    modules = {
        "backbone.": vit(""),
        "projector.": projector,
        "momentum_encoder.module.backbone.": vit(""),
        "momentum_encoder.module.projector.": projector,
        "head.predictor.": mlp(config["projector_dims"], with_last_bn=False),
        "neck.": MAEPretrainDecoder(
            num_patches=(config["img_size"] // config["patch_size"]) ** 2,
            patch_size=config["patch_size"],
            embed_dim=config["embed_dims"],
            decoder_embed_dim=config["decoder_embed_dims"],
            decoder_depth=config["decoder_depth"],
            decoder_num_heads=config["decoder_num_heads"],
            mlp_ratio=config["mlp_ratio"],
        ),
        "target_generator.model.": vit("teacher_"),
    }
    expected = {
        prefix + name: tensor.shape
        for prefix, module in modules.items()
        for name, tensor in module.state_dict().items()
    }
    assert {name: tensor.shape for name, tensor in ours.items()} == expected


def test_every_recorded_gradient_has_our_name(recording):
    ours = {released_name(name) for name in released_mcf_state(released(recording))}
    gradients = {k.removeprefix("grad/") for k in recording.files if "grad/" in k}
    assert gradients
    assert gradients <= ours


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (
            "backbone.layers.3.ffn.layers.0.0.bias",
            "online_encoder.blocks.3.mlp.fc1.bias",
        ),
        ("projector.bn1.running_var", "online_encoder.fc.4.running_var"),
        ("momentum_encoder.module.backbone.ln1.bias", "target_encoder.norm.bias"),
        ("momentum_encoder.module.projector.fc1.weight", "target_encoder.fc.3.weight"),
        ("head.predictor.bn0.weight", "predictor.1.weight"),
        ("neck.decoder_blocks.7.ln2.bias", "decoder_blocks.7.norm2.bias"),
        ("neck.ln1.weight", "decoder_norm.weight"),
        ("neck.mask_token", "mask_token"),
        ("target_generator.model.cls_token", "perceptual_loss.model.cls_token"),
    ],
)
def test_names_of_each_part(ours, theirs):
    assert released_name(ours) == theirs
    assert list(released_mcf_state({theirs: torch.ones(1)})) == [ours]


def test_classifier_of_the_teacher_is_left_behind():
    head = {"perceptual_loss.model.head.weight": torch.ones(1)}
    assert released_mcf_state(head) == {}


def test_name_that_is_not_released_is_refused():
    with pytest.raises(ValueError, match=r"not names of .*: model\.mask_token"):
        released_mcf_state({"model.mask_token": torch.ones(1)})
    with pytest.raises(
        ValueError, match=r"no counterpart of 'momentum_encoder\.steps'"
    ):
        released_name("momentum_encoder.steps")
