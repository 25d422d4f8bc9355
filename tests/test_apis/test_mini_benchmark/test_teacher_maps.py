import pytest
import torch

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
    with pytest.raises(ValueError, match="3 tokens is no square map"):
        TeacherMaps(lambda images: [torch.zeros(1, 3, 5)], 4)(torch.zeros(1, 3, 8, 8))
