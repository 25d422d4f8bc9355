import numpy as np
import pytest

from mcf.evaluation.functional import attribute_accuracy, mean_accuracy

NAN, INF = float("nan"), float("inf")


def test_each_attribute_is_scored_over_the_faces_that_have_it():
    scores = np.array([[2.0, -1.0, 0.5], [-3.0, 4.0, -0.5], [1.0, 1.0, 0.0]])
    target = np.array([[1, 0, -1], [1, 1, -1], [-1, 0, -1]])
    accuracy = attribute_accuracy(scores, target)
    np.testing.assert_allclose(accuracy, [1 / 2, 2 / 3, NAN])
    assert mean_accuracy(accuracy) == pytest.approx((1 / 2 + 2 / 3) / 2)


def test_a_score_at_the_threshold_is_no():
    assert attribute_accuracy(np.array([[0.5]]), np.array([[0]]), threshold=0.5) == 1


def test_equals_counting_face_by_face():
    rng = np.random.default_rng(0)
    scores, target = rng.normal(size=(50, 7)), rng.integers(-1, 2, (50, 7))
    for k, found in enumerate(attribute_accuracy(scores, target)):
        right = count = 0
        for score, truth in zip(scores[:, k], target[:, k]):
            if truth != -1:
                count += 1
                right += int((score > 0) == bool(truth))
        assert found == pytest.approx(right / count)


@pytest.mark.parametrize("bad", [NAN, INF, -INF])
def test_scores_that_are_no_numbers_are_refused(bad):
    scores = np.zeros((3, 2))
    scores[1, 1] = bad
    with pytest.raises(ValueError, match=r"scores\[1, 1\] is .*(nan|inf)"):
        attribute_accuracy(scores, np.zeros((3, 2)))


@pytest.mark.parametrize(
    ("target", "said"),
    [(np.full((3, 2), 2), "is 2, not 0, 1 or -1"), (np.zeros((3, 1)), "differ")],
)
def test_targets_that_do_not_fit_are_refused(target, said):
    with pytest.raises(ValueError, match=said):
        attribute_accuracy(np.zeros((3, 2)), target)


def test_no_labelled_attribute_has_no_mean():
    assert np.isnan(mean_accuracy(np.array([NAN])))
