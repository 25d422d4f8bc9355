import pytest
import torch
from mmpretrain.models import VisionTransformer
from torch import nn

from mcf.models.targets import TeacherTarget
from mcf.models.teachers.tap_maps import TapMaps
from tests.tiny import tiny_teacher


def test_taps_lie_over_each_other_on_one_grid():
    teacher = TeacherTarget(tiny_teacher(), ["0", "3"])
    maps = TapMaps(teacher, grid=4)(torch.rand(2, 3, 32, 32))
    assert maps.shape == (2, 4 + 8, 4, 4)
    fine, coarse = teacher(torch.ones(1, 3, 32, 32))
    assert (fine.shape[1], coarse.shape[1]) == (64, 16)
    maps = TapMaps(teacher, grid=4)(torch.ones(1, 3, 32, 32))
    torch.testing.assert_close(maps[:, 4:].flatten(2).transpose(1, 2), coarse)
    torch.testing.assert_close(maps[0, :4].mean((1, 2)), fine[0].mean(0))


@pytest.mark.parametrize("extra", [1, 5])
def test_tokens_before_those_of_the_patches_are_left_out(extra):
    """The class token, and the registers of some networks of timm."""
    size = dict(img_size=16, patch_size=4)
    if extra == 1:
        arch = dict(embed_dims=8, num_layers=2, num_heads=2, feedforward_channels=16)
        vit, tap = VisionTransformer(arch, **size), "layers.0"
    else:
        timm = pytest.importorskip("timm")
        vit = timm.create_model("test_vit", reg_tokens=4, **size)
        tap = "blocks.0"
    teacher = TeacherTarget(vit, [tap])
    images = torch.rand(2, 3, 16, 16)
    (tokens,) = teacher(images)
    assert tokens.shape[1] == extra + 16
    maps = TapMaps(teacher, grid=4)(images)
    for row in range(4):
        for column in range(4):
            patch = tokens[:, extra + 4 * row + column]
            torch.testing.assert_close(maps[:, :, row, column], patch)


def test_taps_that_are_no_map_are_refused():
    teacher = TeacherTarget(nn.AvgPool2d((16, 8)), [0])
    with pytest.raises(ValueError, match="3 tokens is no square map"):
        TapMaps(teacher, 4)(torch.zeros(1, 3, 16, 24))


def test_device_of_the_network_can_be_told():
    maps = TapMaps(TeacherTarget(tiny_teacher(), ["0"]), grid=4)
    assert next(maps.parameters()).device.type == "cpu"
