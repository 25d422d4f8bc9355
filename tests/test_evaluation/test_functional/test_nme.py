import numpy as np
import pytest

from mcf.evaluation.functional import nme, pair_distance


def test_pair_distance_by_hand():
    points = np.array([[[0, 0], [9, 9], [3, 4]], [[1, 1], [0, 0], [1, 3]]])
    np.testing.assert_allclose(pair_distance(points, 0, 2), [5, 2])


def test_nme_by_hand():
    target = np.zeros((2, 2, 2))
    predicted = np.array([[[3.0, 4], [0, 1]], [[0, 0], [0, 2]]])
    # face 0: mean of 5 and 1 over 10; face 1: mean of 0 and 2 over 4
    np.testing.assert_allclose(nme(predicted, target, np.array([10.0, 4])), [0.3, 0.25])


def test_nme_does_not_change_with_the_scale_of_the_image():
    rng = np.random.default_rng(0)
    target, predicted = rng.random((2, 5, 7, 2))
    small = nme(predicted, target, pair_distance(target, 0, 1))
    large = nme(9 * predicted, 9 * target, pair_distance(9 * target, 0, 1))
    np.testing.assert_allclose(small, large)


def test_face_without_a_unit_is_named():
    points = np.zeros((3, 2, 2))
    with pytest.raises(ValueError, match=r"unit of face 1 is 0\.0"):
        nme(points, points, np.array([1.0, 0, 2]))


def test_nan_unit_is_refused():
    points = np.zeros((1, 2, 2))
    with pytest.raises(ValueError, match="unit of face 0 is nan"):
        nme(points, points, np.array([np.nan]))


def test_shapes_must_agree():
    with pytest.raises(ValueError, match=r"\(2, 3, 2\).*\(2, 4, 2\)"):
        nme(np.zeros((2, 3, 2)), np.zeros((2, 4, 2)), np.ones(2))
