import math

import numpy as np
import pytest

from mcf.evaluation.functional import (
    euler_errors,
    euler_to_rotation,
    geodesic_errors,
    rotation_to_euler,
)

QUARTERS = [
    ((90, 0, 0), [[1, 0, 0], [0, 0, -1], [0, 1, 0]]),
    ((0, 90, 0), [[0, 0, 1], [0, 1, 0], [-1, 0, 0]]),
    ((0, 0, 90), [[0, -1, 0], [1, 0, 0], [0, 0, 1]]),
]


@pytest.mark.parametrize(("angles", "matrix"), QUARTERS)
def test_quarter_turns_by_hand(angles, matrix):
    found = euler_to_rotation(np.array([angles]))[0]
    np.testing.assert_allclose(found, matrix, atol=1e-15)


def test_pitch_comes_first_and_roll_last():
    pitch, yaw, roll = (
        euler_to_rotation(np.array([row]))[0] for row in np.diag([10.0, 20, 30])
    )
    found = euler_to_rotation(np.array([[10.0, 20, 30]]))[0]
    np.testing.assert_allclose(found, roll @ yaw @ pitch)


def test_angles_come_back():
    rng = np.random.default_rng(0)
    angles = rng.uniform((-179, -89, -179), (179, 89, 179), (200, 3))
    found = rotation_to_euler(euler_to_rotation(angles))
    np.testing.assert_allclose(found, angles, atol=1e-9)


@pytest.mark.parametrize("yaw", [90, -90])
def test_a_profile_keeps_its_rotation_though_its_angles_are_ambiguous(yaw):
    rotation = euler_to_rotation(np.array([[20.0, yaw, 30.0]]))
    found = rotation_to_euler(rotation)
    assert found[0, 2] == 0
    np.testing.assert_allclose(euler_to_rotation(found), rotation, atol=1e-7)


def test_errors_go_the_shorter_way_round():
    errors = euler_errors(np.array([[179.0, 10, -5]]), np.array([[-179.0, -10, 0]]))
    np.testing.assert_allclose(errors, [[2, 20, 5]])


def test_the_released_evaluation_forgives_half_turns():
    predicted, target = np.array([[170.0, 95, 0]]), np.array([[0.0, 0, 3]])
    np.testing.assert_allclose(euler_errors(predicted, target), [[170, 95, 3]])
    released = euler_errors(predicted, target, released=True)
    np.testing.assert_allclose(released, [[10, 85, 3]])


def test_released_errors_equal_the_least_of_the_five():
    rng = np.random.default_rng(1)
    predicted, target = rng.uniform(-180, 180, (2, 300, 3))
    target /= 2
    expected = [
        [
            min(abs(p + turn - t) for turn in (0, 360, -360, 180, -180))
            for p, t in zip(ps, ts)
        ]
        for ps, ts in zip(predicted, target)
    ]
    released = euler_errors(predicted, target, released=True)
    np.testing.assert_allclose(released, expected)


def test_geodesic_error_of_one_axis_is_its_angle():
    still = euler_to_rotation(np.zeros((6, 3)))
    for axis in range(3):
        angles = np.zeros((6, 3))
        angles[:, axis] = [0, 1e-6, 1, 89, 179.9, 180]
        found = geodesic_errors(euler_to_rotation(angles), still)
        np.testing.assert_allclose(found, angles[:, axis], rtol=1e-6, atol=1e-12)


def test_geodesic_error_equals_the_angle_of_the_trace():
    rng = np.random.default_rng(2)
    first, second = (
        euler_to_rotation(rng.uniform(-90, 90, (100, 3))) for _ in range(2)
    )
    for found, a, b in zip(geodesic_errors(first, second), first, second):
        expected = math.degrees(math.acos((np.trace(a @ b.T) - 1) / 2))
        assert found == pytest.approx(expected, abs=1e-6)


def test_what_is_no_number_is_refused():
    angles = np.zeros((2, 3))
    angles[1, 0] = np.inf
    with pytest.raises(ValueError, match=r"predicted angles\[1, 0\] is inf"):
        euler_errors(angles, np.zeros((2, 3)))
    with pytest.raises(ValueError, match=r"rotations\[0, 0, 0\] is nan"):
        geodesic_errors(np.full((1, 3, 3), np.nan), np.zeros((1, 3, 3)))
    with pytest.raises(ValueError, match="lengths differ"):
        euler_errors(np.zeros((1, 3)), np.zeros((2, 3)))
