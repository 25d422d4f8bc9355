import numpy as np
import pytest

from mcf.datasets.transforms.crop_jitter import CropJitter

SIZE = (512, 512)


def _draws(jitter, scale, count=2000):
    np.random.seed(0)
    matrices = np.array([jitter.draw(SIZE, scale) for _ in range(count)])
    angle = np.arctan2(matrices[:, 1, 0], matrices[:, 0, 0])
    factor = np.hypot(matrices[:, 1, 0], matrices[:, 0, 0])
    centre = matrices @ [255.5, 255.5, 1]
    return angle, factor, centre[:, :2] - 255.5


def test_uniform_draws_fill_the_released_ranges_and_nothing_else():
    angle, factor, shift = _draws(CropJitter(), 0.8)
    assert 0.17 < np.abs(angle).max() <= 0.174
    assert 0.7 <= factor.min() < 0.702 and 0.898 < factor.max() <= 0.9
    assert 25.3 < np.abs(shift).max() <= 25.6
    assert abs(angle.std() - 0.174 / 3**0.5) < 0.003
    assert abs(np.corrcoef(angle, factor)[0, 1]) < 0.06


def test_normal_draws_have_the_released_deviations():
    settings = CropJitter(rotation=0.314, scale=0.1, shift=0.01, distribution="normal")
    angle, factor, shift = _draws(settings, 1.0)
    assert angle.std() == pytest.approx(0.314, rel=0.05)
    assert factor.mean() == pytest.approx(1, abs=0.01)
    assert factor.std() == pytest.approx(0.1, rel=0.05)
    assert 5 < np.abs(shift).max() <= 5.12


def test_unknown_distribution_and_negative_range_are_refused():
    with pytest.raises(ValueError, match="'cauchy'"):
        CropJitter(distribution="cauchy")
    with pytest.raises(ValueError, match="negative"):
        CropJitter(shift=-0.1)
