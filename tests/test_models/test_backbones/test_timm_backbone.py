import pytest
import torch
from mmengine.registry import DefaultScope

from mcf.models.backbones import TimmBackbone
from mcf.registry import MODELS
from tests.test_models.test_backbones.calls import watch_calls

timm = pytest.importorskip("timm")


def resnet(**settings):
    torch.manual_seed(0)
    return TimmBackbone("test_resnet", **settings)


def test_maps_are_those_of_timm_in_the_order_of_depth():
    backbone = resnet(out_indices=(-1, 1, 2))
    backbone.eval()
    reference = timm.create_model("test_resnet", features_only=True, num_classes=0)
    state = backbone.model.state_dict()
    reference.load_state_dict({k: state[k] for k in reference.state_dict()})
    reference.eval()
    images = torch.randn(2, 3, 64, 64)
    expected = [reference(images)[i] for i in (1, 2, 4)]
    maps = backbone(images)
    assert len(maps) == 3
    assert all(torch.equal(a, b) for a, b in zip(maps, expected))
    assert backbone.channels == [m.shape[1] for m in maps]
    assert backbone.strides == [64 // m.shape[2] for m in maps] == [4, 8, 32]


def test_channels_come_first_whatever_timm_uses_inside():
    small = dict(img_size=64, embed_dim=12, depths=(1, 1), num_heads=(1, 2))
    backbone = TimmBackbone(
        "swin_tiny_patch4_window7_224",
        out_indices=(0, 1),
        settings=small | dict(window_size=2),
    )
    shapes = [tuple(m.shape) for m in backbone(torch.randn(1, 3, 64, 64))]
    assert shapes == [(1, 12, 16, 16), (1, 24, 8, 8)]


def test_stages_behind_the_last_one_are_cut_off():
    assert hasattr(resnet().model.layer4, "0")
    shorter = resnet(out_indices=(2,))
    assert not any(name.startswith("model.layer3") for name in shorter.state_dict())
    shorter(torch.randn(2, 3, 64, 64))[0].sum().backward()
    assert all(p.grad is not None for p in shorter.parameters())


@pytest.mark.parametrize("name", ["test_convnext", "test_resnet", "test_vit"])
def test_weights_of_timm_survive_the_initialisation_of_the_whole_model(tmp_path, name):
    network = timm.create_model(name, num_classes=0)
    for parameter in network.parameters():
        torch.nn.init.normal_(parameter)
    torch.save(network.state_dict(), tmp_path / "net.pth")
    config = dict(
        type="mmpretrain.ImageClassifier",
        backbone=dict(
            type="mcf.TimmBackbone",
            name=name,
            out_indices=(0, 1),
            checkpoint=str(tmp_path / "net.pth"),
        ),
        init_cfg=dict(type="Xavier", layer="Linear"),
    )
    with DefaultScope.overwrite_default_scope("mmpretrain"):
        model = MODELS.build(config)
        model.init_weights()
    state = model.backbone.model.state_dict()
    assert state and all(torch.equal(state[k], network.state_dict()[k]) for k in state)


def test_checkpointing_computes_again_and_changes_no_gradient():
    images, gradients = torch.randn(2, 3, 64, 64), []
    for with_cp in (False, True):
        backbone = resnet(with_cp=with_cp)
        backbone.train()
        calls = watch_calls(backbone)
        output = backbone(images)[0]
        forward = len(calls)
        output.square().sum().backward()
        assert (len(calls) > forward) == with_cp
        gradients.append([p.grad for p in backbone.parameters()])
    for plain, recomputed in zip(*gradients):
        assert torch.allclose(plain, recomputed, rtol=1e-4, atol=1e-5)


def test_an_mmseg_head_takes_its_levels():
    pytest.importorskip("mmseg")
    import mcf.parsing  # noqa: F401

    backbone = resnet(out_indices=(1, 2, 3, 4))
    with DefaultScope.overwrite_default_scope("mmseg"):
        head = MODELS.build(
            dict(
                type="UPerHead",
                in_channels=backbone.channels,
                in_index=[0, 1, 2, 3],
                channels=8,
                num_classes=11,
                norm_cfg=dict(type="BN"),
                align_corners=False,
            )
        )
    assert head(backbone(torch.randn(2, 3, 64, 64))).shape == (2, 11, 16, 16)


def test_unknown_names_and_stages_are_refused():
    with pytest.raises(ValueError, match="no model 'resnet5000'"):
        TimmBackbone("resnet5000")
    with pytest.raises(ValueError, match=r"some of the 5 stages of 'test_resnet'"):
        resnet(out_indices=(5,))
    with pytest.raises(ValueError, match="out_indices"):
        resnet(out_indices=())
