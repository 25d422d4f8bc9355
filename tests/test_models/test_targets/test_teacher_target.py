import pytest
import torch
from torch import nn

from mcf.models.targets import TeacherTarget
from mcf.models.teachers import tap_features
from mcf.registry import MODELS


def conv_net():
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(3, 4, 3, 2, 1), nn.BatchNorm2d(4), nn.Conv2d(4, 6, 3, 2, 1)
    )


@MODELS.register_module("TinyTeacher", force=True)
def tiny_teacher():
    return conv_net()


def test_taps_return_maps_as_tokens_and_tokens_as_they_are():
    images = torch.randn(2, 3, 8, 8)
    net = conv_net().eval()
    first, last = tap_features(net, images, ["0", "2"])
    assert first.shape == (2, 16, 4) and last.shape == (2, 4, 6)
    assert torch.equal(last[:, 1], net(images)[:, :, 0, 1])
    tokens = nn.Sequential(nn.Identity())
    assert torch.equal(tap_features(tokens, images[:, 0], ["0"])[0], images[:, 0])


def test_nothing_runs_after_the_last_tap():
    net = nn.Sequential(nn.Identity(), nn.Linear(3, 3))  # would fail on the input
    assert tap_features(net, torch.ones(1, 3, 2, 2), ["0"])[0].shape == (1, 4, 3)


def test_unreached_or_flat_taps_are_errors():
    net = nn.ModuleDict({"used": nn.Flatten(), "idle": nn.Identity()})
    net.forward = lambda images: net["used"](images)
    with pytest.raises(ValueError, match=r"\['idle'\] take no part"):
        tap_features(net, torch.ones(1, 3, 2, 2), ["idle"])
    with pytest.raises(ValueError, match="tap 'used' returns"):
        tap_features(net, torch.ones(1, 3, 2, 2), ["used"])


def test_stays_frozen_and_out_of_sight_of_optimiser_and_checkpoint():
    target = TeacherTarget(conv_net(), ["2"])
    target.train()
    assert not target.model.training
    assert list(target.parameters()) == [] and target.state_dict() == {}
    before = target.model[0].weight.clone()
    target.apply(lambda m: nn.init.zeros_(m.weight) if hasattr(m, "weight") else None)
    assert torch.equal(target.model[0].weight, before)


def test_follows_the_model_to_another_dtype():
    target = nn.Sequential(TeacherTarget(conv_net(), ["2"])).double()[0]
    assert target.model[0].weight.dtype == torch.float64
    assert target(torch.randn(1, 3, 8, 8).double())[0].dtype == torch.float64


def test_gradient_reaches_the_images_and_not_the_teacher():
    target = TeacherTarget(conv_net(), ["2"])
    images = torch.randn(1, 3, 8, 8, requires_grad=True)
    target(images)[0].sum().backward()
    assert images.grad.abs().sum() > 0
    assert all(p.grad is None for p in target.model.parameters())


def test_images_are_renormalised_for_the_teacher():
    raw = torch.rand(2, 3, 8, 8) * 255
    ours, theirs = ([10, 20, 30], [50, 60, 70]), ([127.5] * 3, [127.5] * 3)
    target = TeacherTarget(conv_net(), ["0"], mean=theirs[0], std=theirs[1])
    target.set_input_statistics(*ours)
    mean, std = (torch.tensor(v).view(3, 1, 1) for v in ours)
    expected = target.model[0]((raw - 127.5) / 127.5).flatten(2).transpose(1, 2)
    assert torch.allclose(target((raw - mean) / std)[0], expected, atol=1e-4)


def test_images_are_resized_for_the_teacher():
    target = TeacherTarget(conv_net(), ["0"], input_size=16, interpolation="bilinear")
    assert target(torch.randn(1, 3, 8, 8))[0].shape == (1, 64, 4)


def test_weights_come_from_the_checkpoint(tmp_path):
    net = conv_net()
    torch.save(net.state_dict(), tmp_path / "teacher.pth")
    target = TeacherTarget(
        dict(type="mcf.TinyTeacher"),
        ["2"],
        checkpoint=str(tmp_path / "teacher.pth"),
        source="raw",
    )
    assert torch.equal(target.model[2].weight, net[2].weight)


def test_no_teacher_without_its_weights(tmp_path):
    config = dict(type="mcf.TinyTeacher")
    with pytest.raises(ValueError, match="has no weights"):
        TeacherTarget(config, ["2"])
    with pytest.raises(FileNotFoundError, match=r"absent\.pth"):
        TeacherTarget(config, ["2"], checkpoint=str(tmp_path / "absent.pth"))
    for name, state in {
        "empty.pth": {},
        "other.pth": {"0.weight": torch.ones(1)},
    }.items():
        torch.save(state, tmp_path / name)
        with pytest.raises(ValueError, match=name):
            TeacherTarget(config, ["2"], checkpoint=str(tmp_path / name), source="raw")


def test_unknown_taps_are_named():
    with pytest.raises(ValueError, match=r"\['7'\] name no sub-module of Sequential"):
        TeacherTarget(conv_net(), ["2", "7"])


def test_a_teacher_without_autocast_computes_in_float32():
    images = torch.randn(2, 3, 8, 8)
    follows, stays = (
        TeacherTarget(conv_net(), ["2"], autocast=autocast)
        for autocast in (True, False)
    )
    exact = stays(images)[0]
    with torch.autocast("cpu", torch.bfloat16):
        assert follows(images)[0].dtype == torch.bfloat16
        assert torch.equal(stays(images)[0], exact)
        assert stays(images.bfloat16())[0].dtype == torch.float32
