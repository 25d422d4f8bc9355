import numpy as np
import pytest

from mcf.evaluation.functional import accuracy, class_accuracies

TARGET = np.array([0, 0, 0, 0, 1, 1, 3])
PREDICTED = np.array([0, 0, 0, 1, 1, 0, 3])


def test_accuracy_by_hand():
    assert accuracy(PREDICTED, TARGET) == pytest.approx(5 / 7)


def test_every_class_counts_alike_in_the_mean_of_classes():
    shares = class_accuracies(PREDICTED, TARGET, 4)
    np.testing.assert_allclose(shares, [3 / 4, 1 / 2, np.nan, 1])
    assert np.nanmean(shares) == pytest.approx(0.75)


def test_both_agree_where_classes_are_as_large():
    rng = np.random.default_rng(0)
    target, predicted = np.repeat(range(5), 20), rng.integers(0, 5, 100)
    mean = class_accuracies(predicted, target, 5).mean()
    assert mean == pytest.approx(accuracy(predicted, target))


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="of the same faces"):
        accuracy(np.zeros(2), np.zeros(3))
    with pytest.raises(ValueError, match="of the same faces"):
        accuracy(np.zeros(0), np.zeros(0))
    with pytest.raises(ValueError, match="prediction has ids 0 to 3, outside the 3"):
        class_accuracies(PREDICTED, np.zeros(7, int), 3)
