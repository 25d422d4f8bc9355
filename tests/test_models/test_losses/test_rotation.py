import math

import pytest
import torch
from torch.autograd import gradcheck

from mcf.models.losses import geodesic_loss, rotation_of_six


def about_z(degrees: float) -> torch.Tensor:
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return torch.tensor([[c, -s, 0], [s, c, 0], [0, 0, 1]], dtype=torch.float64)


def test_columns_of_a_rotation_give_it_back_whatever_their_length():
    rotation = about_z(40)
    six = torch.cat([3 * rotation[:, 0], 0.2 * rotation[:, 1] + 5 * rotation[:, 0]])
    assert torch.allclose(rotation_of_six(six[None])[0], rotation)


def test_any_six_numbers_give_a_rotation():
    torch.manual_seed(0)
    found = rotation_of_six(torch.randn(50, 6, dtype=torch.float64))
    unit = torch.eye(3, dtype=torch.float64).expand(50, 3, 3)
    assert torch.allclose(found @ found.transpose(1, 2), unit)
    assert torch.allclose(torch.linalg.det(found), torch.ones(50, dtype=torch.float64))


def test_loss_is_the_mean_angle():
    predicted = torch.stack([about_z(10), about_z(0)])
    target = torch.stack([about_z(40), about_z(90)])
    expected = math.radians((30 + 90) / 2)
    assert geodesic_loss(predicted, target) == pytest.approx(expected)


def test_gradient_is_that_of_the_definition_and_finite_at_the_ends():
    torch.manual_seed(0)
    six = torch.randn(4, 6, dtype=torch.float64, requires_grad=True)
    target = about_z(20).expand(4, 3, 3)
    assert gradcheck(lambda x: geodesic_loss(rotation_of_six(x), target), six)
    for degrees in (20, 200):  # no error, and half a turn
        same = about_z(degrees)[None].clone().requires_grad_()
        geodesic_loss(same, target[:1]).backward()
        assert torch.isfinite(same.grad).all()
