import numpy as np
import pytest

from mcf.datasets.transforms import AppearanceShift, RandomCover
from mcf.datasets.transforms.appearance_shift import CHANGES, texture


@pytest.fixture
def image() -> np.ndarray:
    ramp = np.linspace(20, 230, 64).astype(np.uint8)
    return np.stack([np.tile(ramp, (48, 1))] * 3, axis=-1) // np.uint8([1, 2, 3])


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_each_change_keeps_the_shape_and_changes_pixels(change, image):
    np.random.seed(0)
    before = image.astype(np.float32) / 255
    results = [change(before.copy()) for _ in range(8)]
    assert all(after.shape == before.shape for after in results)
    assert all(np.isfinite(after).all() for after in results)
    assert max(np.abs(after - before).max() for after in results) > 0.01


def test_strength_zero_changes_nothing_and_the_seed_decides(image):
    assert (AppearanceShift(0)(dict(img=image))["img"] == image).all()
    outputs = []
    for seed in (1, 1, 2):
        np.random.seed(seed)
        outputs.append(AppearanceShift()(dict(img=image))["img"])
    assert outputs[0].dtype == np.uint8
    assert (outputs[0] == outputs[1]).all() and (outputs[0] != outputs[2]).any()


def test_what_a_blob_hides_is_background(image):
    np.random.seed(0)
    labels = np.full(image.shape[:2], 7, np.uint8)
    results = RandomCover(1.0, behind=0)(dict(img=image, gt_seg_map=labels))
    hidden = results["gt_seg_map"] == 0
    assert 0 < hidden.mean() < 1
    changed = (results["img"] != image).any(axis=-1)
    assert changed[hidden].mean() > 0.9
    assert (labels == 7).all()  # the sample's own map is left alone


def test_background_is_replaced_and_the_face_is_not(image):
    np.random.seed(0)
    labels = np.zeros(image.shape[:2], np.uint8)
    labels[:, :30] = 3
    results = RandomCover(0, behind=1.0)(dict(img=image, gt_seg_map=labels))
    changed = (results["img"] != image).any(axis=-1)
    assert changed[:, 40:].mean() > 0.9 and not changed[:, :20].any()
    np.testing.assert_array_equal(results["gt_seg_map"], labels)


def test_textures_are_images():
    np.random.seed(0)
    for _ in range(20):
        values = texture((20, 33))
        assert values.shape == (20, 33, 3)
        assert values.min() >= 0 and values.max() <= 1
