import cv2
import numpy as np
import pytest

from mcf.datasets.transforms import (
    NoiseFusion,
    RandomBoxBlur,
    RandomGamma,
    RandomGray,
    RandomOcclusion,
)


@pytest.fixture
def image():
    return np.random.default_rng(0).integers(1, 256, (200, 100, 3), dtype=np.uint8)


def _apply(transform, image, seed):
    np.random.seed(seed)
    return transform(dict(img=image))["img"]


@pytest.mark.parametrize(
    "transform",
    [RandomOcclusion(), NoiseFusion(), RandomGray(), RandomGamma(), RandomBoxBlur(0.1)],
)
def test_images_keep_type_and_size_and_the_input_is_not_written_to(transform, image):
    before = image.copy()
    for seed in range(20):
        result = _apply(transform, image, seed)
        assert result.shape == image.shape and result.dtype == np.uint8
    np.testing.assert_array_equal(image, before)
    np.testing.assert_array_equal(result, _apply(transform, image, 19))


def test_occlusion_is_one_black_rectangle_of_the_released_size(image):
    heights, widths = [], []
    for seed in range(300):
        black = (_apply(RandomOcclusion(), image, seed) == 0).all(axis=-1)
        rows, columns = np.flatnonzero(black.any(1)), np.flatnonzero(black.any(0))
        assert black.sum() == len(rows) * len(columns)
        if len(rows) and rows[0] > 0 and rows[-1] < 199:
            heights.append(len(rows))
        if len(columns) and columns[0] > 0 and columns[-1] < 99:
            widths.append(len(columns))
    # half of 0.2 to 0.8 of the height, half of 0 to 1 of the width
    assert 19 <= min(heights) < 25 and 75 < max(heights) <= 81
    assert min(widths) < 8 and 42 < max(widths) <= 51


def test_noise_changes_its_share_of_images_up_to_its_weight(image):
    gray = np.full_like(image, 128)
    spreads = [_apply(NoiseFusion(), gray, seed).std() for seed in range(300)]
    assert 0.4 < np.mean([s > 0 for s in spreads]) < 0.6
    # uniform noise deviates by 74 levels
    assert 34 < max(spreads) <= 37.5


def test_gray_is_the_brightness_in_all_channels(image):
    result = _apply(RandomGray(prob=1), image, 0)
    expected = image @ [0.114, 0.587, 0.299]
    np.testing.assert_allclose(result, np.stack([expected] * 3, axis=-1), atol=0.51)
    changed = [(_apply(RandomGray(), image, s) != image).any() for s in range(500)]
    assert 0.06 < np.mean(changed) < 0.14


def test_gamma_is_root_square_or_nothing_each_as_often(image):
    scaled = image / 255
    candidates = [scaled, np.sqrt(scaled), scaled**2]
    counts = [0, 0, 0]
    for seed in range(300):
        result = _apply(RandomGamma(), image, seed) / 255
        distances = [np.abs(result - candidate).max() for candidate in candidates]
        assert min(distances) < 0.51 / 255
        counts[int(np.argmin(distances))] += 1
    assert min(counts) > 75


def test_blur_is_a_mean_over_at_most_its_share_of_the_side():
    image = np.random.default_rng(0).integers(0, 256, (512, 512, 3), dtype=np.uint8)
    candidates = [image, *(cv2.blur(image, (k, k)) for k in (2, 3, 4, 5))]
    seen = set()
    for seed in range(60):
        result = _apply(RandomBoxBlur(), image, seed)
        (match,) = (i for i, c in enumerate(candidates) if (c == result).all())
        seen.add(match)
    assert seen == {0, 1, 2, 3, 4}
