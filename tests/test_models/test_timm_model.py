import pytest
import torch

from mcf.models.targets import TeacherTarget
from mcf.models.timm_model import timm_model
from mcf.registry import MODELS

timm = pytest.importorskip("timm")


def test_weights_and_taps_of_a_timm_network(tmp_path):
    network = timm_model("test_convnext")
    torch.save(network.state_dict(), tmp_path / "net.pth")
    target = TeacherTarget(
        dict(type="mcf.TimmModel", name="test_convnext"),
        ["stages.1", "stages.2"],
        checkpoint=str(tmp_path / "net.pth"),
    )
    images = torch.randn(2, 3, 64, 64)
    target.set_input_statistics(target.mean.flatten(), target.std.flatten())
    network.eval()
    maps = network.forward_intermediates(images, indices=2, intermediates_only=True)
    last = target(images)[-1]
    assert torch.allclose(last, maps[-2].flatten(2).transpose(1, 2), atol=1e-5)


def test_channels_last_network_is_tapped_through_the_backbone_adapter(tmp_path):
    config = dict(
        type="mcf.TimmBackbone",
        name="swin_tiny_patch4_window7_224",
        out_indices=(0, 1),
        settings=dict(
            img_size=64, embed_dim=12, depths=(1, 1), num_heads=(1, 2), window_size=2
        ),
    )
    network = MODELS.build(config)
    torch.save(network.state_dict(), tmp_path / "net.pth")
    target = TeacherTarget(config, [0, 1], checkpoint=str(tmp_path / "net.pth"))
    features = target(torch.randn(1, 3, 64, 64))
    assert [f.shape for f in features] == [(1, 256, 12), (1, 64, 24)]
    with pytest.raises(ValueError, match=r"channels last.*TimmBackbone"):
        TeacherTarget(network, ["model.layers.0"])(torch.randn(1, 3, 64, 64))


def test_unknown_network_is_refused_with_near_ones():
    with pytest.raises(ValueError, match=r"no model 'resnet5000'|near"):
        timm_model("resnet5000")


def test_absence_of_timm_is_explained(monkeypatch):
    monkeypatch.setattr("mcf.models.timm_model.find_spec", lambda name: None)
    with pytest.raises(ModuleNotFoundError, match=r"requirements/timm\.txt"):
        timm_model("resnet18")
