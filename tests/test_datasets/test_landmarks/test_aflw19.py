import numpy as np
import pytest
from scipy.io import loadmat, savemat

from mcf.datasets.landmarks import AFLW19


@pytest.fixture(scope="module")
def test_split(aflw19):
    return AFLW19(aflw19.root, split="test")


def test_splits_are_the_published_parts_of_the_permutation(aflw19, test_split):
    train = AFLW19(aflw19.root, split="train")
    assert (len(train), len(test_split)) == (20_000, 4_386)
    row = aflw19.truth.order[20_000]
    sample = test_split.get_data_info(0)
    name = aflw19.truth.names[row]
    assert sample["sample_name"] == f"AFLWinfo_release.mat row {row + 1} ({name})"
    np.testing.assert_allclose(sample["keypoints"][0], aflw19.truth.points[row], 1e-6)


def test_box_is_left_right_top_bottom_in_the_file(aflw19, test_split):
    box = test_split.get_data_info(5)["bbox"][0]
    assert box.tolist() == aflw19.truth.boxes[aflw19.truth.order[20_005]].tolist()
    assert box[2] - box[0] == box[3] - box[1] == 40


def test_frontal_faces_are_those_with_all_points_visible(test_split):
    subsets = [test_split.get_data_info(i)["subsets"] for i in range(len(test_split))]
    assert subsets.count(("frontal", "full")) == 1_314
    assert subsets.count(("full",)) == 4_386 - 1_314


def test_suffix_on_disk_may_differ(test_split):
    paths = {test_split.get_data_info(i)["img_path"] for i in range(20)}
    assert {path.rpartition("flickr/")[2] for path in paths} == {
        "0/image00002.jpg",
        "2/image00013.png",
        "3/image00035.jpg",
    }


def test_hidden_points_count_unless_masked(aflw19, test_split):
    assert test_split.get_data_info(0)["keypoints_visible"].tolist() == [[1] * 19]
    masked = AFLW19(aflw19.root, split="test", mask_hidden=True).get_data_info(0)
    assert masked["keypoints_visible"].tolist() == [[1, 1, 1, 0, *[1] * 15]]


def test_missing_file_names_both_sites(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"AFLWinfo_release\.mat.*cuhk.*tugraz"):
        AFLW19(tmp_path)


def test_mat_without_a_variable_is_named(aflw19, tmp_path):
    content = loadmat(aflw19.root / "AFLWinfo_release.mat")
    kept = {name: content[name] for name in ("data", "nameList", "bbox", "mask_new")}
    savemat(tmp_path / "AFLWinfo_release.mat", kept)
    with pytest.raises(ValueError, match=r"AFLWinfo_release\.mat lacks ra"):
        AFLW19(tmp_path)
