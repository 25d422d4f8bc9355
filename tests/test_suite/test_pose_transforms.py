import numpy as np
import pytest
from PIL import Image

from mcf.registry import TRANSFORMS
from mcf.suite.pose_transforms import (
    TEST_SIDES,
    TRAINING_SIDES,
    LooseCrop,
    PoseFlip,
    loose_box,
)
from mcf.utils.rotations import euler_to_rotation
from tests.replicas.noise import noise_image

BOX = np.array([20.0, 10, 40, 30])


def sample(**more):
    return dict(img=noise_image(1), bbox=BOX[None].astype(np.float32), **more)


def released(box, k, *, test):
    """As 6DRepNet has it, line by line."""
    x_min, y_min, x_max, y_max = box
    x_min -= (2 if test else 0.6) * k * abs(x_max - x_min)
    y_min -= 2 * k * abs(y_max - y_min)
    x_max += (2 if test else 0.6) * k * abs(x_max - x_min)
    y_max += 0.6 * k * abs(y_max - y_min)
    return [x_min, y_min, x_max, y_max]


@pytest.mark.parametrize("test", [True, False])
def test_boxes_equal_the_released_ones(test):
    sides = TEST_SIDES if test else TRAINING_SIDES
    found = loose_box(BOX, 0.3, sides, released=True)
    np.testing.assert_allclose(found, released(BOX, 0.3, test=test))


def test_boxes_of_ours_are_not_lopsided():
    found = loose_box(BOX, 0.5, (1, 2, 1, 2), released=False)
    np.testing.assert_allclose(found, [10, -10, 50, 50])


def test_pixels_equal_pillows_crop_black_outside():
    image = noise_image(1)
    crop = TRANSFORMS.build(dict(type="mcf.LooseCrop", k=(0.4, 0.4)))
    found = crop(sample())["img"]
    corners = [int(value) for value in released(BOX, 0.4, test=False)]
    assert corners[1] < 0
    expected = np.asarray(Image.fromarray(image).crop(corners))
    np.testing.assert_array_equal(found, expected)


def test_points_and_box_move_with_the_crop():
    points = np.array([[30.0, 20]], np.float32)
    results = LooseCrop((0.2, 0.2))(sample(points=points))
    x, y = results["points"][0] - results["bbox"][0, :2]
    assert (x, y) == (10, 10)
    assert results["img_shape"] == results["img"].shape[:2]


def test_k_is_drawn_anew():
    np.random.seed(0)
    crop = LooseCrop()
    assert len({crop(sample())["img"].shape for _ in range(8)}) > 1


@pytest.mark.parametrize(
    ("box", "said"),
    [
        ([20, 10, 20, 10], "is empty"),
        ([np.nan, 1, 2, 3], "is no box"),
        ([0, 0, 1e7, 1e7], "is no box"),
        ([500, 500, 600, 600], "outside of the image"),
    ],
)
def test_boxes_that_are_none_are_refused(box, said):
    results = sample(sample_name="a.mat") | dict(bbox=np.array([box], np.float32))
    with pytest.raises(ValueError, match=rf"a\.mat: .*{said}"):
        LooseCrop()(results)
    with pytest.raises(ValueError, match="has no bbox to crop"):
        LooseCrop()(dict(img=noise_image(1), sample_name="a.mat"))


def test_mirroring_negates_yaw_and_roll():
    angles = np.array([[10.0, 20, 30]])
    rotation = euler_to_rotation(angles)[0].astype(np.float32)
    results = PoseFlip(1.0)(
        sample(gt_rotation=rotation, points=np.array([[0.0, 5]], np.float32))
    )
    expected = euler_to_rotation(angles * [1, -1, -1])[0]
    np.testing.assert_allclose(results["gt_rotation"], expected, atol=1e-6)
    np.testing.assert_array_equal(results["img"], noise_image(1)[:, ::-1])
    np.testing.assert_array_equal(results["points"], [[63, 5]])
    np.testing.assert_array_equal(results["bbox"], [[23, 10, 43, 30]])
    again = PoseFlip(1.0)(results)
    np.testing.assert_allclose(again["gt_rotation"], rotation)


def test_nothing_is_mirrored_at_probability_zero():
    results = PoseFlip(0.0)(sample(gt_rotation=np.eye(3)))
    np.testing.assert_array_equal(results["img"], noise_image(1))


@pytest.mark.parametrize("wrong", [dict(k=(0.4, 0.2)), dict(sides=(1, 2, 3))])
def test_wrong_settings_are_refused(wrong):
    with pytest.raises(ValueError, match="must be a range"):
        LooseCrop(**wrong)
    with pytest.raises(ValueError, match="prob=2"):
        PoseFlip(2)
