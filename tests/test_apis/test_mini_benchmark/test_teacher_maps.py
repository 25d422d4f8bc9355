import pytest
import torch
from torch import nn

from mcf.apis.mini_benchmark.teacher_maps import TeacherMaps
from mcf.models.necks import TeacherTarget
from tests.tiny import tiny_teacher


def test_taps_lie_over_each_other_on_one_grid():
    teacher = TeacherTarget(tiny_teacher(), ["0", "3"])
    maps = TeacherMaps(teacher, grid=4)(torch.rand(2, 3, 32, 32))
    assert maps.shape == (2, 4 + 8, 4, 4)
    fine, coarse = teacher(torch.ones(1, 3, 32, 32))
    assert (fine.shape[1], coarse.shape[1]) == (64, 16)
    maps = TeacherMaps(teacher, grid=4)(torch.ones(1, 3, 32, 32))
    torch.testing.assert_close(maps[:, 4:].flatten(2).transpose(1, 2), coarse)
    torch.testing.assert_close(maps[0, :4].mean((1, 2)), fine[0].mean(0))


def test_taps_that_are_no_map_are_refused():
    teacher = TeacherTarget(nn.AvgPool2d((16, 8)), [0])
    with pytest.raises(ValueError, match="3 tokens is no square map"):
        TeacherMaps(teacher, 4)(torch.zeros(1, 3, 16, 24))


def test_device_of_the_network_can_be_told():
    maps = TeacherMaps(TeacherTarget(tiny_teacher(), ["0"]), grid=4)
    assert next(maps.parameters()).device.type == "cpu"
