import math

import numpy as np
import pytest

from mcf.evaluation.functional import cumulative_error_curve, curve_scores
from mcf.evaluation.functional.ced import exact_grid, released_grid


def test_curve_by_hand_counts_errors_on_the_grid():
    errors = np.array([0.03, 0.01, 0.02, 0.5])
    curve = cumulative_error_curve(errors, np.array([0, 0.01, 0.015, 0.02, 0.03, 0.4]))
    np.testing.assert_allclose(curve, [0, 0.25, 0.25, 0.5, 0.75, 0.75])


def test_grids_end_where_the_protocol_says():
    for threshold, points, end in (
        (0.07, 702, 0.0701),
        (0.08, 801, 0.08),
        (0.10, 1001, 0.1),
    ):
        released = released_grid(threshold)
        assert len(released) == points
        assert released[-1] == pytest.approx(end, abs=1e-12)
        exact = exact_grid(threshold)
        assert len(exact) == round(threshold / 1e-4) + 1
        assert exact[-1] == threshold


def test_faces_without_error_fill_the_area():
    scores = curve_scores(np.zeros(3), 0.1)
    assert scores.auc == pytest.approx(1)
    assert scores.failure_rate == 0


def test_area_of_one_step_is_what_lies_right_of_it():
    # half of the faces at 0.04, the others beyond the threshold
    scores = curve_scores(np.array([0.04, 0.04, 0.2, 0.3]), 0.1)
    assert scores.auc == pytest.approx(0.5 * 0.6, abs=1e-3)
    assert scores.failure_rate == pytest.approx(0.5)


def test_area_is_the_mean_of_what_is_left_below_the_threshold():
    errors = np.random.default_rng(0).gamma(2, 0.03, 500)
    expected = np.maximum(0, 1 - errors / 0.1).mean()
    assert curve_scores(errors, 0.1).auc == pytest.approx(expected, abs=1e-3)


def test_overshooting_grid_is_larger_at_seven_percent_and_reads_beyond():
    errors = np.array([0.01, 0.07005])
    exact, released = (
        curve_scores(errors, 0.07, grid=g) for g in ("exact", "released")
    )
    assert exact.failure_rate == 0.5 and released.failure_rate == 0
    assert released.auc > exact.auc


@pytest.mark.parametrize("grid", ["exact", "released"])
@pytest.mark.parametrize("threshold", [0.05, 0.07, 0.1])
def test_area_equals_scipys_simpson(threshold, grid):
    simpson = pytest.importorskip("scipy.integrate").simpson
    errors = np.random.default_rng(1).gamma(2, 0.03, 300)
    values = {"exact": exact_grid, "released": released_grid}[grid](threshold)
    shares = np.array([(errors <= value).mean() for value in values])
    assert curve_scores(errors, threshold, grid=grid).auc == pytest.approx(
        simpson(shares, x=values) / threshold, rel=1e-9
    )


@pytest.mark.parametrize("errors", [[], [0.1, math.nan], [math.inf]])
def test_missing_and_infinite_errors_are_refused(errors):
    with pytest.raises(ValueError, match="finite errors"):
        curve_scores(np.array(errors), 0.1)


def test_unknown_grid_and_tiny_threshold_are_refused():
    with pytest.raises(ValueError, match="'fine'"):
        curve_scores(np.ones(1), 0.1, grid="fine")
    with pytest.raises(ValueError, match="threshold 0"):
        curve_scores(np.ones(1), 0.0)
