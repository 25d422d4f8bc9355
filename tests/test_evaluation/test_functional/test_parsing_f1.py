import math

import numpy as np
import pytest

from mcf.evaluation.functional import class_f1, confusion_matrix, foreground_mean

TARGET = np.array([[0, 0, 1, 1], [0, 0, 1, 1], [2, 2, 2, 2], [0, 0, 0, 0]])
PREDICTED = np.array([[0, 0, 1, 1], [0, 0, 1, 2], [2, 2, 0, 0], [0, 0, 0, 1]])


def test_confusion_and_f1_by_hand():
    confusion = confusion_matrix(TARGET, PREDICTED, 4)
    expected = [[7, 1, 0, 0], [0, 3, 1, 0], [2, 0, 2, 0], [0, 0, 0, 0]]
    np.testing.assert_array_equal(confusion, expected)
    f1 = class_f1(confusion)
    np.testing.assert_allclose(f1[:3], [14 / 17, 6 / 8, 4 / 7])
    assert math.isnan(f1[3])
    assert foreground_mean(f1) == pytest.approx((6 / 8 + 4 / 7) / 2)


def test_sum_over_images_is_the_matrix_of_all():
    whole = confusion_matrix(TARGET, PREDICTED, 3)
    parts = sum(
        confusion_matrix(t, p, 3) for t, p in zip(TARGET, PREDICTED, strict=True)
    )
    np.testing.assert_array_equal(whole, parts)


def test_predicted_class_that_is_never_true_scores_zero():
    f1 = class_f1(confusion_matrix(np.zeros(4, int), np.array([0, 0, 0, 1]), 2))
    assert f1[1] == 0


def test_large_images_of_bytes_do_not_overflow():
    labels = np.full((300, 300), 18, dtype=np.uint8)
    assert confusion_matrix(labels, labels, 19)[18, 18] == 90000


def test_foreground_without_any_class_is_nan():
    assert math.isnan(foreground_mean(np.array([1.0, np.nan])))


def test_unknown_ids_and_other_shapes_are_refused():
    with pytest.raises(ValueError, match="target has ids 0 to 2, outside the 2"):
        confusion_matrix(TARGET, PREDICTED, 2)
    with pytest.raises(ValueError, match="prediction has ids -1"):
        confusion_matrix(np.zeros(2, int), np.array([0, -1]), 2)
    with pytest.raises(ValueError, match=r"\(4, 4\) and prediction \(4,\)"):
        confusion_matrix(TARGET, PREDICTED[0], 3)
