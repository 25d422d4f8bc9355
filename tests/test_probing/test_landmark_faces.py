import numpy as np
import pytest

from mcf.apis import draw_synthetic
from mcf.probing.landmark_faces import CROP_JITTER, CROP_MARGIN, crop_around


class Still:
    """Random generator that never displaces."""

    def uniform(self, low: float, high: float, size: int) -> np.ndarray:
        return np.zeros(size)


def test_crop_is_the_square_of_the_margin_around_the_points():
    image = np.zeros((100, 120, 3), np.uint8)
    points = np.array([[50.0, 40], [70, 40], [60, 50]])
    crop, normalised = crop_around(image, points, size=30, rng=Still())
    assert crop.shape == (30, 30, 3)
    # side 30 about the centre (60.5, 45.5) in pixel-border coordinates
    np.testing.assert_allclose(normalised[0], [(50.5 - 46) / 30, (40.5 - 30) / 30])
    np.testing.assert_allclose(np.ptp(normalised, axis=0), [20 / 30, 10 / 30])


@pytest.mark.parametrize("size", [24, 300])
def test_points_stay_on_what_they_mark_also_beyond_the_border(size):
    rng = np.random.default_rng(0)
    for x, y in [(30, 40), (3, 5), (95, 57)]:
        image = np.zeros((60, 100, 3), np.uint8)
        image[y - 1 : y + 2, x - 1 : x + 2] = 255
        points = np.array([[x, y], [x + 30.0, y], [x, y + 30.0]])
        crop, normalised = crop_around(image, points, size=size, rng=rng)
        weight = crop[..., 0].astype(float)
        rows, columns = np.mgrid[:size, :size]
        centre = [(weight * c).sum() / weight.sum() for c in (columns, rows)]
        np.testing.assert_allclose(
            (np.array(centre) + 0.5) / size, normalised[0], atol=0.02
        )


def test_displacement_stays_in_its_range_and_varies():
    image = np.zeros((400, 400, 3), np.uint8)
    points = np.array([[150.0, 150], [250, 250]])
    rng = np.random.default_rng(0)
    centres, extents = [], []
    for _ in range(200):
        _, p = crop_around(image, points, size=8, rng=rng)
        centres.append(p.mean(axis=0) - 0.5)
        extents.append(np.ptp(p, axis=0).max() * CROP_MARGIN)
    assert CROP_JITTER * 0.9 < np.abs(centres).max() < CROP_JITTER + 0.01
    assert 1 / (1 + CROP_JITTER) - 0.01 < min(extents) < 0.93
    assert 1.07 < max(extents) < 1 / (1 - CROP_JITTER) + 0.01


def test_synthetic_faces_are_drawn_with_their_points():
    faces = draw_synthetic(3, size=64)
    assert faces.points.shape == (3, 68, 2) and faces.eyes == (36, 45)
    assert [image.shape for image in faces.images] == [(64, 64, 3)] * 3
    assert ((faces.points > 0) & (faces.points < 1)).mean() > 0.9
    assert not np.array_equal(faces.images[0], faces.images[1])
