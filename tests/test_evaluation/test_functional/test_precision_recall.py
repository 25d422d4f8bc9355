import numpy as np
import pytest

from mcf.evaluation.functional import recall_at_precision


def test_by_hand():
    # Four of the five best are positive: a precision of exactly 0.8.
    target = np.array([1, 1, 0, 1, 1, 0, 0, 1])
    scores = -np.arange(8.0)
    assert recall_at_precision(scores, target) == 4 / 5
    assert recall_at_precision(scores, target, precision=0.81) == 2 / 5
    assert recall_at_precision(scores, target, precision=0.6) == 1.0


def test_nothing_is_recalled_at_a_precision_never_reached():
    assert recall_at_precision(np.array([3.0, 2, 1]), np.array([0, 0, 1])) == 0


def test_equal_scores_are_accepted_together():
    assert recall_at_precision(np.array([1.0, 1.0]), np.array([1, 0])) == 0


def test_equals_trying_every_threshold():
    rng = np.random.default_rng(0)
    target = rng.random(300) < 0.3
    scores = (target + rng.normal(0, 0.5, 300)).round(1)
    best = 0.0
    for threshold in np.unique(scores):
        taken = scores >= threshold
        if target[taken].mean() >= 0.8:
            best = max(best, target[taken].sum() / target.sum())
    assert 0 < best < 1
    assert recall_at_precision(scores, target) == pytest.approx(best)


def test_what_has_no_recall_is_refused():
    with pytest.raises(ValueError, match="nothing is positive"):
        recall_at_precision(np.ones(2), np.zeros(2))
    with pytest.raises(ValueError, match=r"scores\[1\] is nan"):
        recall_at_precision(np.array([1, np.nan]), np.ones(2))
    with pytest.raises(ValueError, match="precision=0 must lie"):
        recall_at_precision(np.ones(2), np.ones(2), precision=0)
