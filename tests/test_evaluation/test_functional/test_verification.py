import numpy as np
import pytest
from scipy.interpolate import interp1d

from mcf.evaluation.functional import (
    consecutive_folds,
    pair_scores,
    squared_distances,
)


def slow_accuracy(distances, same, fold):
    """As facenet has it: every threshold, every pair."""
    accuracies = []
    for number in np.unique(fold):
        best, best_right = None, -1
        for threshold in np.arange(0, 4, 0.01):
            right = sum(
                (d < threshold) == s
                for d, s, f in zip(distances, same, fold)
                if f != number
            )
            if right > best_right:
                best, best_right = threshold, right
        tested = [
            (d < best) == s for d, s, f in zip(distances, same, fold) if f == number
        ]
        accuracies.append(sum(tested) / len(tested))
    return accuracies


def slow_tar(distances, same, fold, far):
    """As facenet has it, with the interpolation of SciPy."""
    grid, rates = np.arange(0, 4, 0.001), []
    for number in np.unique(fold):
        train, test = fold != number, fold == number
        reached = np.array([(distances[train & ~same] < t).mean() for t in grid])
        threshold = 0.0
        if reached.max() >= far:
            # The first threshold of each rate, and the last one below the aim: what
            # the released code looks at, without the repetitions SciPy now refuses.
            above = int((reached >= far).argmax())
            pair = [above - 1, above]
            threshold = float(interp1d(reached[pair], grid[pair])(far))
        rates.append(
            (
                (distances[test & same] < threshold).mean(),
                (distances[test & ~same] < threshold).mean(),
            )
        )
    return np.array(rates).T


@pytest.fixture(scope="module")
def random_pairs():
    rng = np.random.default_rng(0)
    same = np.tile(np.repeat([True, False], 10), 10)
    distances = np.clip(rng.normal(np.where(same, 0.9, 1.6), 0.4), 0, 4)
    return distances, same, consecutive_folds(200)


def test_folds_are_consecutive_and_almost_as_large():
    np.testing.assert_array_equal(consecutive_folds(7, 3), [0, 0, 0, 1, 1, 2, 2])
    assert np.bincount(consecutive_folds(6000)).tolist() == [600] * 10
    with pytest.raises(ValueError, match="cannot put 3 pairs into 10 folds"):
        consecutive_folds(3)


def test_distances_are_two_minus_two_cosines():
    first = np.array([[3.0, 0], [1, 0], [1, 1]])
    second = np.array([[0.5, 0], [0, 7], [-2, -2]])
    np.testing.assert_allclose(squared_distances(first, second), [0, 2, 4])


def test_two_folds_by_hand():
    # Fold 0 alone is parted best at 0.51 (first threshold above 0.5), fold 1 at 1.01.
    distances = np.array([0.5, 1.2, 1.0, 1.5])
    same = np.array([True, False, True, False])
    scores = pair_scores(distances, same, np.array([0, 0, 1, 1]))
    np.testing.assert_allclose(scores.thresholds, [1.01, 0.51])
    np.testing.assert_allclose(scores.accuracies, [1.0, 0.5])


def test_a_pair_at_the_threshold_is_of_two_persons():
    distances = np.array([0.5, 2.0, 0.51, 3.0])
    same = np.array([True, False, True, False])
    scores = pair_scores(distances, same, np.array([0, 0, 1, 1]))
    assert scores.accuracies[1] == 0.5  # 0.51 < 0.51 is false


def test_accuracy_equals_the_slow_reference(random_pairs):
    found = pair_scores(*random_pairs).accuracies
    assert 0.6 < found.mean() < 0.95
    np.testing.assert_allclose(found, slow_accuracy(*random_pairs))


@pytest.mark.parametrize("far", [0.001, 0.05, 0.5])
def test_acceptance_equals_the_slow_reference(random_pairs, far):
    scores = pair_scores(*random_pairs, far=far)
    np.testing.assert_allclose([scores.tar, scores.far], slow_tar(*random_pairs, far))


def test_nothing_is_accepted_where_the_false_acceptance_is_never_reached():
    distances = np.array([0.5, 4.0, 0.6, 4.0])
    same = np.array([True, False, True, False])
    scores = pair_scores(distances, same, np.array([0, 0, 1, 1]))
    assert scores.tar.tolist() == [0, 0] and scores.far.tolist() == [0, 0]


def test_bad_features_are_refused_by_name():
    good = np.ones((3, 2))
    bad = good.copy()
    bad[2, 1] = np.nan
    with pytest.raises(ValueError, match=r"second features\[2, 1\] is nan"):
        squared_distances(good, bad)
    with pytest.raises(ValueError, match=r"first features\[1\] are all 0"):
        squared_distances(good * [[1], [0], [1]], good)
    with pytest.raises(ValueError, match="are no pairs"):
        squared_distances(good, np.ones((3, 4)))


def test_folds_without_both_kinds_are_refused():
    with pytest.raises(ValueError, match="fold 0 and the rest need pairs of one"):
        pair_scores(np.ones(4), np.array([1, 1, 0, 0]), np.array([0, 0, 1, 1]))
    with pytest.raises(ValueError, match="lengths differ"):
        pair_scores(np.ones(4), np.ones(3), np.ones(4))
