import numpy as np
import pytest

from mcf.benchmark.answers import (
    answer,
    face_errors,
    in_words,
    nearest_rotations,
)
from mcf.evaluation.functional import euler_to_rotation, face_scores
from mcf.suite import Task

AGE = Task("age", "age")
RACE = Task("race", "classes", ("A", "B", "C"))
LOOKS = Task("looks", "attributes", ("hat", "beard"))
POSE = Task("pose", "head_pose")


def features(count: int, *, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(count, 9))


def labels_of(task: Task, x: np.ndarray) -> np.ndarray:
    if task.kind == "age":
        return 40 + 5 * x[:, 0]
    if task.kind == "classes":
        return x[:, :3].argmax(axis=1)
    if task.kind == "attributes":
        return (x[:, :2] > 0).astype(np.float32)
    return nearest_rotations(x + 3 * np.eye(3).ravel())


@pytest.mark.parametrize("task", [AGE, RACE, LOOKS, POSE], ids=lambda t: t.kind)
def test_what_is_linear_in_the_features_is_found_and_noise_is_not(task):
    known, asked = features(400, seed=0), features(200, seed=1)
    labels, truth = labels_of(task, known), labels_of(task, asked)
    found = answer(task, known, labels, asked, seed=0)
    order = np.random.default_rng(2).permutation(len(labels))
    chance = answer(task, known, labels[order], asked, seed=0)
    right, wrong = (face_errors(task, a.linear, truth).mean() for a in (found, chance))
    assert right < 0.5 * wrong
    assert face_errors(task, found.neighbours, truth).mean() < wrong


def test_scores_of_ages_and_classes_by_hand():
    found = face_scores(AGE, np.array([20.0, 30, 46]), np.array([25.0, 30, 40]))
    assert found == pytest.approx(dict(mae=11 / 3, cs5=200 / 3))
    found = face_scores(RACE, np.array([0, 0, 1, 0]), np.array([0, 0, 1, 1]))
    assert found == dict(accuracy=75.0, mean_class_accuracy=75.0)


def test_unlabelled_attribute_is_neither_right_nor_wrong():
    logits, truth = np.array([[2.0, -1], [3, 1]]), np.array([[1, -1], [0, 1]])
    assert face_scores(LOOKS, logits, truth) == dict(mean_accuracy=75.0)
    assert face_errors(LOOKS, logits, truth).tolist() == [0, 0.5]
    assert in_words(LOOKS, logits[1], truth[1]) == "1 wrong\nhat"


def test_half_a_turn_is_forgiven_by_the_released_score_only():
    angles = np.array([[0.0, 0, 170], [0, 0, 0]])
    found = face_scores(POSE, euler_to_rotation(angles), euler_to_rotation(0 * angles))
    expected = dict(mae=170 / 6, mae_released=10 / 6, geodesic=85)
    assert found == pytest.approx(expected)


def test_nearest_rotation_of_a_mirroring_matrix_is_no_mirror():
    flat = np.diag([1.0, 1, -0.1]).reshape(1, 9)
    assert np.linalg.det(nearest_rotations(flat)[0]) == pytest.approx(1)


def test_one_face_teaches_nothing():
    with pytest.raises(ValueError, match="take a larger share"):
        answer(AGE, np.ones((1, 2)), np.ones(1), np.ones((2, 2)), seed=0)
