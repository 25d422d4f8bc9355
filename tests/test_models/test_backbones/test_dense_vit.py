import copy

import pytest
import torch
from mmengine.registry import DefaultScope
from mmpretrain.models.utils import QuickGELU
from torch.nn import functional as F

from mcf.checkpoint import load_strict
from mcf.models.backbones import DenseViT
from mcf.registry import MODELS
from tests.tiny import tiny_mcf

ARCH = dict(embed_dims=16, num_layers=4, num_heads=2, feedforward_channels=32)


def tiny_vit(*, training: bool = False, **settings: object) -> DenseViT:
    torch.manual_seed(0)
    settings = dict(arch=ARCH, input_size=48, patch_size=8) | settings
    model = DenseViT(**(dict(out_indices=[0, 1, 2, 3]) | settings))
    model.init_weights()
    model.train(training)
    return model


def test_taps_are_raw_block_outputs_without_class_token():
    model = tiny_vit(out_indices=[1, 3])
    seen = []
    for layer in model.layers:
        layer.register_forward_hook(lambda m, i, output: seen.append(output))
    images = torch.rand(2, 3, 48, 48)
    maps = model(images)
    assert [m.shape for m in maps] == [(2, 16, 6, 6)] * 2
    for got, block in zip(maps, (1, 3), strict=True):
        torch.testing.assert_close(got.flatten(2).mT, seen[block][:, 1:])
    assert not hasattr(model, "ln1")


def test_any_image_is_resized_to_the_input_size():
    model = tiny_vit()
    images = torch.rand(1, 3, 64, 80)
    resized = F.interpolate(images, (48, 48), mode="bilinear", align_corners=False)
    for a, b in zip(model(images), model(resized), strict=True):
        torch.testing.assert_close(a, b)


def test_recomputing_activations_changes_nothing_but_memory():
    images = torch.rand(2, 3, 48, 48)
    plain = tiny_vit(with_cp=False, training=True)
    saving = tiny_vit(with_cp=True, training=True)
    saving.load_state_dict(plain.state_dict())
    calls = [0, 0]
    for i, model in enumerate((plain, saving)):

        def count(module, inputs, i=i):
            calls[i] += 1

        model.layers[0].register_forward_pre_hook(count)
        sum(m.square().mean() for m in model(images)).backward()
    assert calls == [1, 2]
    for (name, a), b in zip(plain.named_parameters(), saving.parameters(), strict=True):
        torch.testing.assert_close(a.grad, b.grad, msg=name)


def test_positions_are_trained_on_their_grid():
    model = tiny_vit()
    assert model.pos_embed.shape == (1, 37, 16)
    model(torch.rand(1, 3, 48, 48))[-1].sum().backward()
    assert model.pos_embed.grad.abs().sum() > 0


def test_backbone_of_another_size_is_loaded_with_resized_positions(tmp_path):
    source = tiny_mcf().backbone
    path = tmp_path / "backbone.pth"
    torch.save(source.state_dict(), path)
    model = tiny_vit(
        arch=dict(embed_dims=16, num_layers=2, num_heads=2, feedforward_channels=32),
        out_indices=[0, 1],
        input_size=64,
    )
    load_strict(model, path)
    grid = source.pos_embed[:, 1:].mT.reshape(1, 16, 4, 4)
    expected = F.interpolate(grid, (8, 8), mode="bicubic", align_corners=False)
    torch.testing.assert_close(model.pos_embed[:, 1:].mT.reshape(1, 16, 8, 8), expected)
    torch.testing.assert_close(
        model.layers[0].attn.qkv.weight, source.layers[0].attn.qkv.weight
    )


def test_frozen_blocks_get_no_gradient_and_the_others_do():
    model = tiny_vit(frozen_stages=2)
    model(torch.rand(1, 3, 48, 48))[-1].sum().backward()
    frozen = [n for n, p in model.named_parameters() if p.grad is None]
    assert all(
        (name in frozen) != name.startswith(("layers.2.", "layers.3."))
        for name, _ in model.named_parameters()
    )


@pytest.mark.parametrize("with_cp", [False, True])
def test_additions_are_trained_in_all_blocks_and_nothing_else(with_cp):
    model = tiny_vit(lora_rank=2, with_cp=with_cp, training=True)
    model(torch.rand(1, 3, 48, 48))[-1].sum().backward()
    with_gradient = {n for n, p in model.named_parameters() if p.grad is not None}
    linear = ("attn.qkv", "attn.proj", "ffn.layers.0.0", "ffn.layers.1")
    assert with_gradient == {
        f"layers.{block}.{name}.lora_{part}"
        for block in range(4)
        for name in linear
        for part in ("down", "up")
    }


def test_additions_and_frozen_blocks_exclude_each_other():
    with pytest.raises(ValueError, match=r"lora_rank=2.*frozen_stages=1"):
        tiny_vit(lora_rank=2, frozen_stages=1)


def test_clip_variant_has_a_norm_before_its_blocks():
    model = tiny_vit(
        pre_norm=True,
        norm_cfg=dict(type="LN", eps=1e-5),
        layer_cfgs=dict(act_cfg=dict(type="mmpretrain.QuickGELU")),
    )
    assert model.pre_norm.eps == 1e-5
    assert model.patch_embed.projection.bias is None
    assert isinstance(model.layers[0].ffn.layers[0][1], QuickGELU)
    assert model(torch.rand(1, 3, 48, 48))[0].shape == (1, 16, 6, 6)


@pytest.mark.parametrize("taps", [[], [4], [-1]])
def test_taps_that_are_no_blocks_are_refused(taps):
    with pytest.raises(ValueError, match="out_indices"):
        tiny_vit(out_indices=taps)


def test_patch_must_divide_the_input_size():
    with pytest.raises(ValueError, match="input_size=50"):
        tiny_vit(input_size=50)


def test_config_is_not_changed_by_building():
    config = dict(type="mcf.DenseViT", arch=ARCH, input_size=48, out_indices=(0, 3))
    before = copy.deepcopy(config)
    with DefaultScope.overwrite_default_scope("mmpose"):
        MODELS.build(config)
    assert config == before
