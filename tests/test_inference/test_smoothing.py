import numpy as np
import pytest

from mcf.inference.smoothing import USUAL, OneEuro, share_of_new, smooth

RATE = 25.0


def run(points, settings=USUAL, side=100.0):
    state, out = None, []
    for one in points:
        state = smooth(state, one, seconds=1 / RATE, side=side, settings=settings)
        out.append(state.points)
    return np.stack(out)


def walk(speed, frames=60):
    """A point that goes right at so many pixels a second, [T,1,2]."""
    x = speed * np.arange(frames) / RATE
    return np.stack([x, np.zeros(frames)], axis=-1)[:, None]


def test_share_of_new_is_that_of_an_rc_filter():
    assert share_of_new(1 / (2 * np.pi), 1.0) == pytest.approx(0.5)
    assert share_of_new(1e9, 0.04) == pytest.approx(1.0)


def test_still_points_stay_and_the_first_ones_are_taken_as_they_are():
    points = np.tile(np.array([[3.0, 4.0], [5.0, 6.0]]), (20, 1, 1))
    assert (run(points) == points).all()


def test_noise_of_a_still_point_shrinks_to_a_third():
    noise = np.random.default_rng(0).normal(0, 0.3, (200, 68, 2))
    assert np.diff(run(noise)[20:], axis=0).std() < np.diff(noise, axis=0).std() / 3


def test_a_quick_point_lags_less_than_a_plain_filter_lets_it():
    points = walk(400.0)
    late = (points - run(points))[-1, 0, 0]
    plain = (points - run(points, OneEuro(beta=0.0)))[-1, 0, 0]
    assert 0 < late < 5 < plain / 4


def test_a_face_twice_as_large_is_smoothed_alike():
    points = walk(100.0)
    assert np.allclose(run(2 * points, side=200.0), 2 * run(points, side=100.0))


def test_the_direction_of_a_move_makes_no_difference():
    points = walk(100.0)
    angle = 0.7
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    assert np.allclose(run(points @ turn), run(points) @ turn)


def test_without_time_nothing_is_smoothed():
    first = smooth(None, np.zeros((1, 2)), seconds=0, side=1, settings=USUAL)
    after = smooth(first, np.ones((1, 2)), seconds=0, side=1, settings=USUAL)
    assert (after.points == 1).all()


@pytest.mark.parametrize("wrong", [dict(min_cutoff=0), dict(beta=-1)])
def test_settings_out_of_range_are_refused(wrong):
    with pytest.raises(ValueError, match="above 0"):
        OneEuro(**wrong)
