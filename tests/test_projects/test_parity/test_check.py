import numpy as np
import pytest

from projects.parity import Check, relative_difference


def test_difference_is_relative_to_the_largest_recorded_value():
    assert relative_difference([1.0, 2.0], [1.0, 4.0]) == pytest.approx(0.5)
    assert relative_difference([0.25], [0.0]) == pytest.approx(0.25)


@pytest.mark.parametrize("ours", [np.ones(3), np.array([1.0, np.nan])])
def test_other_shapes_and_nan_never_pass(ours):
    assert not Check("x", relative_difference(ours, np.ones(2)), 1e9).passed
