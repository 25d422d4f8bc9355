import numpy as np
import pytest

from mcf.crops.geometry import FIVE_POINT_TEMPLATE, transform_points
from mcf.crops.tanh_warp import warped_to_image
from mcf.datasets.transforms import FaceAlign, FaceCrop, WholeImageCrop
from mcf.registry import TRANSFORMS
from tests.test_datasets.test_transforms.crop_sample import JITTER, sample


@pytest.mark.parametrize("scale", [1.0, 0.8])
@pytest.mark.parametrize("size", [512, (96, 64)])
def test_mmposes_own_inverse_brings_points_back_exactly(scale, size):
    results = FaceCrop(size, scale=scale)(sample())
    points = results["transformed_keypoints"].astype(np.float64)
    back = (
        points / results["input_size"] * results["input_scale"]
        + results["input_center"]
        - 0.5 * results["input_scale"]
    )
    np.testing.assert_allclose(back, results["keypoints"], atol=1e-4)


def test_released_margin_shows_more_than_the_box():
    results = FaceCrop(100, scale=0.8)(sample())
    box = np.array([[20.3, 11.7], [81.1, 70.9]])
    corners = transform_points(results["crop_matrix"], box)
    np.testing.assert_allclose(corners, [[9.5, 9.5], [89.5, 89.5]], atol=1e-4)
    assert results["img"].shape == (100, 100, 3)
    assert results["img_shape"] == (100, 100) and results["input_size"] == (100, 100)


def test_crop_of_whole_pixels_is_a_slice():
    results = sample()
    image = results["img"].copy()
    results["bbox"] = np.array([[9.5, 19.5, 41.5, 51.5]])
    np.testing.assert_array_equal(FaceCrop(32)(results)["img"], image[20:52, 10:42])


def test_rest_is_black_where_the_image_ends():
    results = sample()
    results["bbox"] = np.array([[-20.5, -0.5, 19.5, 39.5]])
    assert (FaceCrop(40)(results)["img"][:, :20] == 0).all()


@pytest.mark.parametrize("factor", [0.0, 0.8])
def test_jittered_points_follow_the_matrix_and_come_back(factor):
    np.random.seed(0)
    results = FaceCrop(512, scale=0.8, jitter=JITTER, warp_factor=factor)(sample())
    back = warped_to_image(
        results["transformed_keypoints"].astype(np.float64),
        results["crop_matrix"],
        results["input_size"],
        results["warp_factor"],
    )
    np.testing.assert_allclose(back, results["keypoints"], atol=1e-3)
    assert "input_center" not in results and "input_scale" not in results


def test_pixels_follow_the_points():
    results = sample()
    results["img"] = np.zeros((90, 120, 3), dtype=np.uint8)
    results["img"][38:43, 48:53] = 255
    results["keypoints"] = np.array([[[50.0, 40.0]]])
    np.random.seed(1)
    results = FaceCrop(128, jitter=JITTER)(results)
    mass = results["img"][..., 0].astype(float)
    y, x = np.mgrid[:128, :128]
    centre = [(mass * x).sum() / mass.sum(), (mass * y).sum() / mass.sum()]
    np.testing.assert_allclose(results["transformed_keypoints"][0, 0], centre, atol=0.1)


def test_same_seed_gives_the_same_crop_and_another_one_does_not():
    def crop(seed):
        np.random.seed(seed)
        return FaceCrop(64, jitter=JITTER)(sample())["img"]

    np.testing.assert_array_equal(crop(3), crop(3))
    assert (crop(3) != crop(4)).any()


def test_label_map_is_cropped_alike_and_outside_is_background():
    results = sample()
    results["gt_seg_map"] = np.full((90, 120), 7, dtype=np.uint8)
    results["bbox"] = np.array([[-10.5, -0.5, 9.5, 19.5]])
    labels = FaceCrop(40)(results)["gt_seg_map"]
    assert set(np.unique(labels)) == {0, 7}
    assert (labels[:, 21:] == 7).all() and (labels[:, :19] == 0).all()


def test_five_points_lie_on_the_template_after_alignment():
    results = sample()
    results["points5"] = FIVE_POINT_TEMPLATE / 8 + 5
    results["keypoints"] = results["points5"][None]
    results = FaceAlign(128)(results)
    expected = FIVE_POINT_TEMPLATE * 127 / 512
    np.testing.assert_allclose(results["transformed_keypoints"][0], expected, atol=1e-4)
    assert "input_center" not in results


def test_whole_image_at_its_own_size_is_unchanged():
    results = sample()
    image = results["img"].copy()
    results = WholeImageCrop((120, 90))(results)
    np.testing.assert_array_equal(results["img"], image)
    np.testing.assert_allclose(results["crop_matrix"], np.eye(3), atol=1e-12)


def test_box_of_zero_size_is_refused_with_the_name_of_the_image():
    results = sample()
    results["bbox"] = np.array([[5, 5, 5, 9]])
    with pytest.raises(ValueError, match=r"face\.png: box"):
        FaceCrop(64)(results)


def test_scale_must_be_positive():
    with pytest.raises(ValueError, match="scale=0"):
        FaceCrop(64, scale=0)


def test_it_is_built_from_a_config():
    crop = TRANSFORMS.build(dict(type="mcf.FaceCrop", size=64, jitter=JITTER))
    assert "CropJitter(rotation=0.174" in repr(crop)
