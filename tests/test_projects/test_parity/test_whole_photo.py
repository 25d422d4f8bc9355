import numpy as np
import pytest

from projects.parity.whole_photo import errors


@pytest.mark.parametrize("side", [80, 448])
def test_maps_without_a_floor_give_the_points_back_in_both_ways(side):
    in_crop, in_photo = errors(0.0, side, np.random.default_rng(1))
    assert in_crop < 1e-3 and in_photo < 0.1


def test_a_floor_pulls_points_away_in_both_ways():
    in_crop, in_photo = errors(1e-4, 224, np.random.default_rng(1))
    assert in_crop > 1 and in_photo == pytest.approx(in_crop, rel=0.05)
