import numpy as np
import pytest

from mcf.crops.geometry import transform_points
from mcf.datasets.parsing.class_sets import CLASS_SETS
from mcf.datasets.schemas import get_schema, published_schemas
from mcf.datasets.transforms import FaceCrop, FaceFlip
from mcf.datasets.transforms.face_flip import swap_labels
from tests.test_datasets.test_transforms.crop_sample import JITTER, sample


def _cropped(factor=0.0):
    results = FaceCrop(64, jitter=JITTER, warp_factor=factor)(sample())
    results["flip_indices"] = [1, 0, 2, 4, 3, 5, 6]
    return results


def test_column_x_becomes_width_minus_one_minus_x():
    results = _cropped()
    image, points = results["img"].copy(), results["transformed_keypoints"].copy()
    flipped = FaceFlip(prob=1)(results)
    np.testing.assert_array_equal(flipped["img"][:, 10], image[:, 53])
    moved = flipped["transformed_keypoints"]
    np.testing.assert_allclose(moved[0, 2], [63 - points[0, 2, 0], points[0, 2, 1]])
    np.testing.assert_allclose(moved[0, 0], [63 - points[0, 1, 0], points[0, 1, 1]])


def test_points_of_image_and_crop_still_belong_together():
    results = FaceFlip(prob=1)(_cropped())
    moved = transform_points(results["crop_matrix"], results["keypoints"])
    np.testing.assert_allclose(moved, results["transformed_keypoints"], atol=1e-3)
    assert "input_center" not in results


def test_two_flips_are_none():
    results = _cropped()
    kept = {key: np.copy(results[key]) for key in ("img", "transformed_keypoints")}
    twice = FaceFlip(prob=1)(FaceFlip(prob=1)(results))
    for key, value in kept.items():
        np.testing.assert_allclose(twice[key], value, atol=1e-5)


def test_matrix_of_a_warped_crop_goes_instead_of_being_wrong():
    assert "crop_matrix" not in FaceFlip(prob=1)(_cropped(factor=0.8))


def test_ids_of_a_pair_change_places():
    labels = np.array([[0, 2, 3], [4, 5, 1]], dtype=np.uint8)
    swapped = swap_labels(labels, [(2, 3), (4, 5)])
    np.testing.assert_array_equal(swapped, [[0, 3, 2], [5, 4, 1]])


@pytest.mark.parametrize("name", CLASS_SETS)
def test_each_class_becomes_its_counterpart_on_the_other_side(name):
    classes = CLASS_SETS[name].classes
    partner = {"left": "right", "right": "left", "l": "r", "r": "l"}
    for class_id, own in enumerate(classes):
        side, _, part = own.partition("_")
        other = f"{partner[side]}_{part}" if side in partner else own
        expected = classes.index(other) if other in classes else class_id
        results = _cropped() | CLASS_SETS[name].metainfo()
        results["gt_seg_map"] = np.zeros((64, 64), dtype=np.uint8)
        results["gt_seg_map"][5, 0] = class_id
        labels = FaceFlip(prob=1)(results)["gt_seg_map"]
        assert labels[5, 63] == expected, own
        assert np.count_nonzero(labels) == (class_id > 0)


def test_labels_without_pairs_are_refused_even_if_not_mirrored():
    results = _cropped() | {"gt_seg_map": np.zeros((64, 64), dtype=np.uint8)}
    with pytest.raises(ValueError, match="label_pairs is missing beside gt_seg_map"):
        FaceFlip(prob=0)(results)
    results["label_pairs"] = []
    assert not FaceFlip(prob=1)(results)["gt_seg_map"].any()


def test_probability_zero_leaves_everything():
    results = _cropped()
    before = results["img"].copy()
    np.testing.assert_array_equal(FaceFlip(prob=0)(results)["img"], before)


def test_points_without_swap_pairs_are_refused():
    results = _cropped()
    del results["flip_indices"]
    with pytest.raises(ValueError, match="swap pairs"):
        FaceFlip(prob=1)(results)


@pytest.mark.parametrize("name", published_schemas())
def test_schema_pairs_mirror_a_symmetric_face_onto_itself(name):
    schema = get_schema(name)
    rng = np.random.default_rng(0)
    points = rng.uniform(0, 31, (schema.count, 2))
    points[list(schema.midline), 0] = 31.5
    for left, right in schema.swap_pairs:
        points[right] = [63 - points[left, 0], points[left, 1]]
    results = dict(
        img=np.zeros((64, 64, 3), dtype=np.uint8),
        crop_matrix=np.eye(3),
        warp_factor=0.0,
        transformed_keypoints=points[None],
        flip_indices=schema.flip_indices(),
    )
    flipped = FaceFlip(prob=1)(results)["transformed_keypoints"][0]
    np.testing.assert_allclose(flipped, points)
