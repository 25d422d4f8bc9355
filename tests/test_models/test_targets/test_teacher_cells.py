import pytest
import torch

from mcf.models.targets import CachedTeacher, Target, TeacherCells, TeacherTarget
from mcf.models.targets.teacher_cells import cells_below_patches
from tests.tiny import tiny_teacher


def target(**settings):
    return TeacherTarget(tiny_teacher(), ["0", "3"], **settings)


def test_cells_are_those_below_the_patch():
    rows, columns = 4, 6
    places = torch.arange(rows * columns).reshape(1, -1, 1) * torch.tensor([1, 100])
    found = cells_below_patches(places.float(), (2, 3)).reshape(2, 3, 2, 2, 2)
    for i in range(rows):
        for j in range(columns):
            cell = found[i // 2, j // 2, i % 2, j % 2]
            assert cell.tolist() == [i * columns + j, 100 * (i * columns + j)]


def test_one_cell_a_patch_is_the_map_itself():
    features = torch.randn(2, 6, 5)
    assert torch.equal(cells_below_patches(features, (2, 3)), features)


@pytest.mark.parametrize("count", [5, 12, 25])
def test_refuses_a_map_that_patches_do_not_share(count):
    with pytest.raises(ValueError, match=f"map of {count} cells"):
        cells_below_patches(torch.zeros(1, count, 4), (2, 3))


def test_each_cell_has_mean_0_and_variance_1_over_its_channels():
    cells, images = TeacherCells(target(), 4), torch.randn(2, 3, 32, 32)
    fine, coarse = cells.targets(images)
    assert fine.shape == (2, 16, 4 * 4) and coarse.shape == (2, 16, 8)
    by_cell = fine.reshape(2, 16, 4, 4)
    assert by_cell.mean(-1).abs().max() < 1e-5
    assert torch.allclose(by_cell.var(-1, correction=0), torch.ones(()), atol=1e-2)


def test_is_a_target_with_gradient_to_other_images():
    cells = TeacherCells(target(), 4)
    assert isinstance(cells, Target)
    images = torch.randn(1, 3, 32, 32, requires_grad=True)
    cells(images)[1].pow(3).sum().backward()
    assert images.grad.abs().sum() > 0
    assert not cells.targets(images)[0].requires_grad


def test_class_token_of_a_teacher_is_left_out():
    class WithClassToken(TeacherTarget):
        def targets(self, images):
            return [torch.cat([t[:, :1] * 100, t], dim=1) for t in self(images)]

    images = torch.randn(2, 3, 32, 32)
    teacher = WithClassToken(tiny_teacher(), ["3"])
    expected = TeacherCells(TeacherTarget(tiny_teacher(), ["3"]), 4).targets(images)
    found = TeacherCells(teacher, 4, extra_tokens=1).targets(images)
    assert torch.equal(found[0], expected[0])


def test_statistics_reach_the_teacher():
    cells = TeacherCells(target(), 4)
    cells.set_input_statistics([100] * 3, [50] * 3)
    assert cells.teacher.scale.flatten()[0] == pytest.approx(50 / 58.395)


def test_cached_in_half_precision_it_is_nearly_the_same(tmp_path):
    images = torch.randn(3, 3, 32, 32)
    exact = TeacherCells(target(), 4).targets(images)
    cached = TeacherCells(CachedTeacher(target(), tmp_path, half=True), 4)
    with torch.autocast("cpu", torch.bfloat16, enabled=False):
        found = cached.targets(images)
    assert all(torch.allclose(a, b, atol=2e-2) for a, b in zip(found, exact))
