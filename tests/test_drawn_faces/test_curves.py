import numpy as np
import pytest

from mcf.drawn_faces.curves import ellipse, offset_band, resample, smooth_curve


def test_curve_contains_its_knots():
    knots = np.random.Generator(np.random.PCG64(0)).normal(size=(5, 3))
    curve = smooth_curve(knots, steps=4)
    assert curve.shape == (17, 3)
    assert curve[::4] == pytest.approx(knots)


def test_curve_through_a_line_is_that_line_at_equal_steps():
    knots = np.outer(np.arange(4), [1.0, 2.0])
    curve = smooth_curve(knots, steps=5)
    assert np.diff(curve, axis=0) == pytest.approx(np.tile([0.2, 0.4], (15, 1)))


def test_resampled_points_are_equally_far_apart_on_a_line():
    bent = np.array([(0.0, 0.0), (1.0, 0.0), (1.0, 3.0)])
    assert resample(bent, 5) == pytest.approx(
        np.array([(0, 0), (1, 0), (1, 1), (1, 2), (1, 3)])
    )


def test_ellipse_has_its_half_axes():
    points = ellipse(np.array([1.0, 2.0]), np.diag([3.0, 4.0]), 4)
    assert points == pytest.approx(np.array([(4, 2), (1, 6), (-2, 2), (1, -2)]))


def test_band_has_the_given_width_across_the_line():
    line = np.array([(0.0, 0.0), (1.0, 0.0), (2.0, 0.0)])
    band = offset_band(line, np.array([2.0, 4.0, 2.0]))
    assert sorted(map(tuple, np.rint(band).astype(int))) == [
        *[(0, -1), (0, 1), (1, -2), (1, 2), (2, -1), (2, 1)]
    ]
