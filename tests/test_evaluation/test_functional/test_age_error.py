import numpy as np
import pytest

from mcf.evaluation.functional import age_errors, cumulative_score


def test_errors_by_hand():
    errors = age_errors(np.array([20.0, 33.5, 7.0, 60.0]), np.array([25, 30, 7, 54]))
    np.testing.assert_allclose(errors, [5, 3.5, 0, 6])
    assert errors.mean() == 3.625
    assert cumulative_score(errors) == 0.75  # exactly five years still count
    assert cumulative_score(errors, 0) == 0.25


@pytest.mark.parametrize("place", ["predicted", "target"])
def test_ages_that_are_no_numbers_are_refused(place):
    ages = {"predicted": np.zeros(3), "target": np.zeros(3)}
    ages[place][2] = np.nan
    with pytest.raises(ValueError, match=rf"{place} ages\[2\] is nan"):
        age_errors(**ages)


def test_other_lengths_and_empty_sets_are_refused():
    with pytest.raises(ValueError, match="lengths differ: predicted 2, target 3"):
        age_errors(np.zeros(2), np.zeros(3))
    with pytest.raises(ValueError, match=r"errors has the shape \(0,\)"):
        cumulative_score(np.zeros(0))
