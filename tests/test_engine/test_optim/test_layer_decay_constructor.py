import pytest
import torch
from mmengine.optim import build_optim_wrapper
from torch import nn

import mcf.engine  # noqa: F401  registers the constructor
from mcf.models.backbones import DenseViT

ARCH = dict(embed_dims=8, num_layers=3, num_heads=2, feedforward_channels=16)


class Detector(nn.Module):
    """A host's model: it knows nothing about depth."""

    def __init__(self, backbone: nn.Module) -> None:
        super().__init__()
        self.backbone = backbone
        self.head = nn.Linear(8, 2)


def vit(**settings: object) -> DenseViT:
    sizes = dict(input_size=16, patch_size=8, out_indices=(2,))
    return DenseViT(ARCH, **sizes, **settings)


def build(model: nn.Module, **paramwise: object) -> torch.optim.Optimizer:
    wrapper = build_optim_wrapper(
        model,
        dict(
            type="OptimWrapper",
            constructor="mcf.LayerDecayConstructor",
            optimizer=dict(type="AdamW", lr=1.0, weight_decay=0.1),
            paramwise_cfg=dict(layer_decay_rate=0.5) | paramwise,
        ),
    )
    return wrapper.optimizer


def test_rate_halves_with_each_layer_towards_the_input():
    model = Detector(vit())
    rates = {
        group["param_name"]: group["lr"]
        for group in build(model, flat_decay_mult=0.0).param_groups
    }
    assert set(rates) == {
        name for name, p in model.named_parameters() if p.requires_grad
    }
    assert rates["head.weight"] == 1.0
    for layer, rate in ((2, 0.5), (1, 0.25), (0, 0.125)):
        assert rates[f"backbone.layers.{layer}.attn.qkv.weight"] == rate
    for name in ("cls_token", "pos_embed", "patch_embed.projection.weight"):
        assert rates[f"backbone.{name}"] == 0.0625


def test_norm_before_the_blocks_belongs_to_the_input():
    groups = build(Detector(vit(pre_norm=True))).param_groups
    rates = {group["param_name"]: group["lr"] for group in groups}
    assert (
        rates["backbone.pre_norm.weight"] == rates["backbone.pre_norm.bias"] == 0.0625
    )
    assert rates["backbone.layers.0.ln1.weight"] == 0.125
    assert rates["head.bias"] == 1.0


def test_weight_decay_follows_kind_and_name():
    keys = {".pos_embed": dict(decay_mult=0.5)}
    groups = build(Detector(vit()), flat_decay_mult=0.0, custom_keys=keys).param_groups
    decays = {group["param_name"]: group["weight_decay"] for group in groups}
    assert decays["backbone.pos_embed"] == pytest.approx(0.05)
    assert decays["head.weight"] == pytest.approx(0.1)
    assert decays["head.bias"] == 0


@pytest.mark.parametrize(
    ("paramwise", "named"),
    [
        (dict(decay_rate=0.7), "decay_rate"),
        (
            dict(custom_keys=dict(head=dict(lr_mult=2))),
            r"custom_keys\['head'\].lr_mult",
        ),
    ],
)
def test_setting_without_effect_is_refused(paramwise, named):
    with pytest.raises(ValueError, match=f"{named} would have no effect"):
        build(Detector(vit()), **paramwise)


def test_backbone_that_does_not_know_its_depth_is_refused():
    with pytest.raises(ValueError, match="get_layer_depth"):
        build(Detector(nn.Linear(8, 8)))
