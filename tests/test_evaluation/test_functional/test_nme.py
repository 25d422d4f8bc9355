import numpy as np
import pytest

from mcf.evaluation.functional import box_length, nme, pair_distance


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


def test_only_counted_points_are_averaged():
    predicted = np.array([[[3.0, 4], [0, 1], [9, 9]]])
    counted = np.array([[True, True, False]])
    errors = nme(predicted, np.zeros((1, 3, 2)), np.array([10.0]), counted=counted)
    np.testing.assert_allclose(errors, [0.3])
    with pytest.raises(ValueError, match="no point of face 0 counts"):
        nme(predicted, predicted, np.ones(1), counted=~counted & False)


def test_distance_between_the_means_of_two_groups():
    points = np.array([[[0.0, 0], [2, 0], [1, 4], [1, 6], [7, 7]]])
    np.testing.assert_allclose(pair_distance(points, (0, 1), (2, 3)), [5])


def test_lengths_of_a_box_by_hand():
    boxes = np.array([[0.0, 0, 3, 12], [10, 10, 15, 15]])
    np.testing.assert_allclose(box_length(boxes, "box"), [6, 5])
    np.testing.assert_allclose(box_length(boxes, "diag"), [153**0.5, 50**0.5])
    with pytest.raises(ValueError, match="'side'"):
        box_length(boxes, "side")


def test_error_by_the_box_is_root_two_times_that_by_the_diagonal_on_squares():
    rng = np.random.default_rng(0)
    target, predicted = 100 * rng.random((2, 6, 5, 2))
    corner, side = 50 * rng.random((6, 2)), 50 + 50 * rng.random((6, 1))
    boxes = np.concatenate([corner, corner + side], axis=1)
    by_box, by_diagonal = (
        nme(predicted, target, box_length(boxes, rule)) for rule in ("box", "diag")
    )
    np.testing.assert_allclose(by_box, 2**0.5 * by_diagonal)
