import pytest
import torch
from mmpretrain.registry import MODELS

from mcf.checkpoint import (
    backbone_config,
    detect_format,
    dropped_names,
    from_mmpretrain,
    to_mmpretrain,
)

# Heads: 16 channels are too few to tell, so every config here is given them.
HEADS = 2


def build(state, source):
    model = MODELS.build(backbone_config(state, source, num_heads=HEADS))
    model.eval()
    return model


def shapes(state):
    return {name: tensor.shape for name, tensor in state.items()}


def test_format_is_detected(named_sample):
    name, sample = named_sample
    assert detect_format(sample.state) == name


def test_mapped_state_has_exactly_the_keys_and_shapes_of_the_host_model(named_sample):
    name, sample = named_sample
    ours = to_mmpretrain(sample.state, name)
    host = build(sample.state, name).state_dict()
    assert shapes(ours) == shapes(host)


def test_feature_equals_the_reference_network(named_sample):
    name, sample = named_sample
    model = build(sample.state, name)
    model.load_state_dict(to_mmpretrain(sample.state, name), strict=True)
    images = torch.randn(2, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        (ours,), reference = model(images), sample.reference(images)
    assert reference.std() > 0.1
    torch.testing.assert_close(ours, reference, rtol=0, atol=1e-5)


def test_only_the_drop_list_is_left_behind(named_sample):
    name, sample = named_sample
    assert set(dropped_names(sample.state, name)) == sample.extra


def test_round_trip_restores_names_shapes_and_values(named_sample):
    name, sample = named_sample
    back = from_mmpretrain(to_mmpretrain(sample.state, name), name)
    assert back.keys() == sample.encoder.keys()
    assert all(torch.equal(back[key], sample.encoder[key]) for key in back)


@pytest.mark.parametrize(
    "target", ["mcf", "mae", "timm", "mocov3", "huggingface", "mmpretrain"]
)
def test_plain_vits_convert_into_each_other(sample, target):
    ours = to_mmpretrain(sample("mcf").state, "mcf")
    there = from_mmpretrain(ours, target)
    back = to_mmpretrain(there, target)
    assert all(torch.equal(back[key], ours[key]) for key in ours)


def test_trained_encoder_is_the_default_and_the_momentum_one_can_be_asked_for(sample):
    state = sample("mcf").state
    online, target = to_mmpretrain(state), to_mmpretrain(state, "mcf-target")
    assert torch.equal(online["ln1.bias"], state["online_encoder.norm.bias"])
    assert torch.equal(target["ln1.bias"], state["target_encoder.norm.bias"])
    assert not torch.equal(online["ln1.bias"], target["ln1.bias"])


def test_run_checkpoints_are_read_under_their_backbone_prefix(sample):
    plain = sample("mmpretrain").state
    run = {f"backbone.{name}": tensor for name, tensor in plain.items()}
    run |= {
        f"momentum_encoder.module.backbone.{name}": tensor + 1
        for name, tensor in plain.items()
    }
    run |= {"head.predictor.fc0.weight": torch.rand(2), "neck.ln1.bias": torch.rand(2)}
    assert detect_format(run) == "mmpretrain"
    assert to_mmpretrain(run).keys() == plain.keys()
    assert torch.equal(to_mmpretrain(run)["ln1.bias"], plain["ln1.bias"])
    momentum = to_mmpretrain(run, "mmpretrain-momentum")
    assert torch.equal(momentum["ln1.bias"], plain["ln1.bias"] + 1)


def test_encoder_directly_under_module_is_read_as_a_moco_probe(sample):
    vit = sample("timm").encoder
    probe = {f"module.{name}": tensor for name, tensor in vit.items()}
    probe["module.head.weight"] = torch.rand(5, 16)
    assert to_mmpretrain(probe, "mocov3").keys() == to_mmpretrain(vit, "timm").keys()


def test_written_prefix_can_be_chosen(sample):
    ours = to_mmpretrain(sample("timm").state)
    written = from_mmpretrain(ours, "mmpretrain", prefix="backbone.")
    assert set(written) == {f"backbone.{name}" for name in ours}


@pytest.mark.parametrize("source", ["mcf", "mcf-target", "mocov3", "farl"])
def test_prefix_that_matches_nothing_is_refused(sample, source):
    with pytest.raises(ValueError, match=r"nothing of format .* under the prefix"):
        to_mmpretrain(sample("timm").state, source)


def test_foreign_state_is_refused_with_its_keys():
    with pytest.raises(ValueError, match=r"layer1.0.conv1.weight.*known formats"):
        to_mmpretrain({"layer1.0.conv1.weight": torch.rand(2)})


def test_unknown_format_is_refused(sample):
    with pytest.raises(ValueError, match="no checkpoint format 'dino'"):
        to_mmpretrain(sample("timm").state, "dino")


def test_key_outside_the_drop_list_is_refused(named_sample):
    name, sample = named_sample
    stranger = f"{sample.prefix}layer_scale.gamma"
    with pytest.raises(ValueError, match=f"unexpected {stranger}"):
        to_mmpretrain({**sample.state, stranger: torch.rand(2)}, name)


def test_each_missing_tensor_is_refused(named_sample):
    name, sample = named_sample
    for key in sample.encoder:
        state = {k: v for k, v in sample.state.items() if k != key}
        with pytest.raises(ValueError, match=r"missing|not a complete|unexpected"):
            to_mmpretrain(state, name)


@pytest.mark.parametrize(
    ("name", "key"), [("mcf", "norm."), ("farl", "ln_post."), ("timm", "norm.")]
)
def test_final_norm_may_not_be_missing_in_released_files(sample, name, key):
    prefix = sample(name).prefix
    state = {
        k: v for k, v in sample(name).state.items() if not k.startswith(prefix + key)
    }
    with pytest.raises(ValueError, match=r"missing ln1.weight, ln1.bias"):
        to_mmpretrain(state, name)


def test_final_norm_may_be_missing_in_mmpretrain_files(sample):
    state = sample("mmpretrain").state
    state = {k: v for k, v in state.items() if not k.startswith("ln1.")}
    assert to_mmpretrain(state).keys() == state.keys()
    assert backbone_config(state, num_heads=2)["final_norm"] is False


@pytest.mark.parametrize("leaf", ["weight", "bias"])
def test_half_a_final_norm_is_refused(sample, leaf):
    state = sample("mmpretrain").state
    del state[f"ln1.{leaf}"]
    with pytest.raises(ValueError, match=r"ln1\."):
        to_mmpretrain(state, "mmpretrain")


@pytest.mark.parametrize(
    ("key", "shape"),
    [
        ("blocks.1.attn.qkv.weight", (16, 16)),
        ("blocks.0.norm1.weight", (8,)),
        ("cls_token", (1, 16)),
        ("patch_embed.proj.weight", (16, 192)),
        ("blocks.1.mlp.fc2.weight", (16, 32)),
    ],
)
def test_shapes_that_do_not_fit_together_are_refused(sample, key, shape):
    state = {**sample("timm").state, key: torch.rand(shape)}
    with pytest.raises(ValueError, match="shapes that do not fit together"):
        to_mmpretrain(state)


def test_positions_without_a_square_grid_are_refused(sample):
    state = {**sample("timm").state, "pos_embed": torch.rand(1, 16, 16)}
    with pytest.raises(ValueError, match="16 positions is not a class token plus"):
        to_mmpretrain(state)


def test_clip_vit_cannot_be_written_in_plain_formats(sample):
    ours = to_mmpretrain(sample("farl").state)
    with pytest.raises(ValueError, match=r"cannot hold this ViT.*'farl'"):
        from_mmpretrain(ours, "timm")
    with pytest.raises(ValueError, match=r"cannot hold this ViT.*'mcf'"):
        from_mmpretrain(to_mmpretrain(sample("mcf").state), "farl")
    assert "pre_norm.weight" in from_mmpretrain(ours, "mmpretrain")


def test_layer_scaled_vit_cannot_be_written_in_plain_formats(sample):
    ours = to_mmpretrain(sample("dinov2").state)
    with pytest.raises(ValueError, match=r"layer-scaled family.*'dinov2'"):
        from_mmpretrain(ours, "timm")
    assert "layers.1.ffn.gamma2.weight" in from_mmpretrain(ours, "mmpretrain")


def test_registers_of_dinov2_are_refused(sample):
    state = sample("dinov2").state | {"register_tokens": torch.rand(1, 4, 16)}
    with pytest.raises(ValueError, match="unexpected register_tokens"):
        to_mmpretrain(state)


def test_config_follows_the_protocol(sample):
    plain = backbone_config(sample("mae").state, num_heads=HEADS)
    assert plain == dict(
        type="mmpretrain.VisionTransformer",
        arch=dict(embed_dims=16, num_layers=2, feedforward_channels=64, num_heads=2),
        img_size=32,
        patch_size=8,
        in_channels=3,
        norm_cfg=dict(type="LN", eps=1e-6),
        layer_cfgs=dict(act_cfg=dict(type="GELU")),
        pre_norm=False,
        final_norm=True,
    )
    clip = backbone_config(sample("farl").state, num_heads=HEADS)
    assert clip["norm_cfg"]["eps"] == 1e-5
    assert clip["layer_cfgs"] == dict(act_cfg=dict(type="mmpretrain.QuickGELU"))
    assert clip["pre_norm"] is True


def test_config_without_heads_asks_for_them_where_the_width_does_not_tell(sample):
    with pytest.raises(ValueError, match="give num_heads"):
        backbone_config(sample("timm").state)
