import math

import pytest
import torch

from mcf.models.heatmap import (
    centre_of_mass,
    gaussian_distribution,
    gaussian_maps,
    softmax_points,
)


def test_centre_of_mass_by_hand():
    logits = torch.full((1, 2, 2, 4), -1e4)
    logits[0, 0, 1, 3] = 1e4  # only the pixel in row 1, column 3
    logits[0, 1, 0, 0] = logits[0, 1, 0, 2] = 0.0  # two halves in row 0
    expected = [[3.5 / 4, 1.5 / 2], [1.5 / 4, 0.5 / 2]]
    torch.testing.assert_close(centre_of_mass(logits)[0], torch.tensor(expected))


def test_equal_logits_give_the_middle():
    torch.testing.assert_close(
        centre_of_mass(torch.zeros(2, 3, 7, 5)), torch.full((2, 3, 2), 0.5)
    )


def test_empty_map_gives_a_number():
    assert torch.equal(
        centre_of_mass(torch.full((1, 1, 4, 4), -1e4)), torch.zeros(1, 1, 2)
    )


def test_it_is_a_sigmoid_and_not_a_softmax():
    logits = torch.tensor([[[[0.0, 20.0]]]])
    assert centre_of_mass(logits)[0, 0, 0].item() == pytest.approx(
        (0.25 * 0.5 + 0.75) / 1.5, abs=1e-6
    )


@pytest.mark.parametrize("size", [(32, 32), (20, 36)])
def test_gaussian_maps_equal_the_formula_written_out(size):
    points = torch.tensor([[[0.31, 0.55], [0.0, 1.0]]])
    maps = gaussian_maps(points, size, radius=5)
    for k, (x, y) in enumerate(points[0].tolist()):
        for row in range(size[0]):
            for column in range(size[1]):
                dx = column - (x * size[1] - 0.5)
                dy = row - (y * size[0] - 0.5)
                squared = dx * dx + dy * dy
                expected = math.exp(-squared / (2 * 1.25**2)) if squared <= 25 else 0
                assert maps[0, k, row, column].item() == pytest.approx(
                    expected, abs=1e-5
                )


def test_points_far_outside_give_empty_maps():
    assert gaussian_maps(torch.tensor([[[1.5, 0.5]]]), (32, 32)).sum() == 0


def test_decoding_the_target_gives_the_point():
    points = torch.rand(2, 5, 2, dtype=torch.float64) * 0.6 + 0.2
    maps = gaussian_maps(points, (64, 64))
    decoded = centre_of_mass(torch.logit(maps, eps=1e-9))
    torch.testing.assert_close(decoded, points, atol=2e-3, rtol=0)


def test_gradient_moves_the_centre_towards_the_target():
    logits = torch.zeros(1, 1, 8, 8, requires_grad=True)
    target = torch.tensor([[[0.9, 0.2]]])
    before = (centre_of_mass(logits) - target).norm()
    before.backward()
    after = (centre_of_mass(logits - 10 * logits.grad) - target).norm()
    assert after < before


def test_softmax_points_are_the_mean_of_a_gaussian_inside_the_map():
    points = torch.tensor([[[0.5, 0.5], [0.31, 0.62]]])
    maps = gaussian_distribution(points, (24, 32), 1.0)
    torch.testing.assert_close(maps.sum(dim=(-2, -1)), torch.ones(1, 2))
    found = softmax_points(maps.clamp(min=1e-30).log())
    torch.testing.assert_close(found, points, atol=2e-3, rtol=0)


def test_softmax_points_of_one_strong_cell_are_its_centre():
    logits = torch.zeros(1, 1, 4, 8)
    logits[0, 0, 1, 6] = 60
    torch.testing.assert_close(
        softmax_points(logits), torch.tensor([[[6.5 / 8, 1.5 / 4]]])
    )
