import pytest
import torch

from mcf.models.masking import FacialRegionMasking
from mcf.models.masking.facial_region import WEIGHTS, region_weights

POINTS = ((0.25, 0.25), (0.75, 0.25), (0.5, 0.5), (0.35, 0.75), (0.65, 0.75))


def cell(grid, x, y):
    return int(y * grid[0]) * grid[1] + int(x * grid[1])


def test_patches_inside_a_part_have_its_weight_and_the_corners_one():
    grid = (56, 56)
    weights = region_weights(grid, POINTS, dict(eyes=4.0, nose=2.0, mouth=3.0))
    assert weights[cell(grid, 0.25, 0.25)] == weights[cell(grid, 0.75, 0.25)] == 4
    assert weights[cell(grid, 0.5, 0.75)] == 3 and weights[cell(grid, 0.5, 0.5)] == 2
    assert weights[0] == weights[55] == weights[-1] == 1


def test_weight_of_a_patch_is_the_mean_over_its_area():
    fine = region_weights((64, 64), POINTS, WEIGHTS).view(8, 8, 8, 8)
    coarse = region_weights((8, 8), POINTS, WEIGHTS)
    assert torch.allclose(coarse, fine.mean(dim=(1, 3)).flatten(), atol=0.1)


def test_parts_below_one_stay_visible_more_often():
    weights = region_weights((56, 56), POINTS, dict(eyes=0.5))
    assert weights[cell((56, 56), 0.25, 0.25)] == 0.5


def test_eyes_are_hidden_more_often_than_the_background():
    masking = FacialRegionMasking(0.5, points=POINTS, weights=dict(eyes=9.0))
    share = masking(2000, (14, 14)).mask.mean(dim=0)
    assert share[cell((14, 14), *POINTS[0])] > 0.85 and share[0] < 0.55
    assert masking(3, (14, 14)).keep.shape == (3, 98)


@pytest.mark.parametrize("weights", [dict(ears=2.0), dict(eyes=0.0)])
def test_unknown_parts_and_weights_that_are_not_positive_are_refused(weights):
    with pytest.raises(ValueError, match="positive numbers for"):
        FacialRegionMasking(points=POINTS, weights=weights)


@pytest.mark.parametrize("points", [POINTS[:4], ((38, 51), *POINTS[1:])])
def test_points_that_are_not_five_shares_are_refused(points):
    with pytest.raises(ValueError, match=r"must be five \(x, y\)"):
        FacialRegionMasking(points=points)
