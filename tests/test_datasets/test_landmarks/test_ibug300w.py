import numpy as np
import pytest

from mcf.datasets.landmarks import IBUG300W
from tests.replicas.ibug300w import write_ibug300w, write_pts


def names(dataset):
    return [dataset.get_data_info(i)["sample_name"] for i in range(len(dataset))]


def test_splits_are_those_of_the_folders(ibug300w):
    assert names(IBUG300W(ibug300w.root, split="train")) == [
        "afw/134212_1.pts",
        "afw/134212_2.pts",
        "helen/trainset/100032540_1.pts",
        "lfpw/trainset/image_0001.pts",
    ]
    assert names(IBUG300W(ibug300w.root, split="private")) == [
        "Test/01_Indoor/indoor_001.pts",
        "Test/02_Outdoor/outdoor_001.pts",
    ]


def test_test_split_is_common_and_challenge(ibug300w):
    dataset = IBUG300W(ibug300w.root, split="test")
    subsets = [dataset.get_data_info(i)["subsets"] for i in range(4)]
    assert subsets == [("common", "full")] * 3 + [("challenge", "full")]
    published = IBUG300W.PUBLISHED["test"]
    assert published["common"] + published["challenge"] == published["full"]


def test_name_with_a_space_and_png_are_found(ibug300w):
    dataset = IBUG300W(ibug300w.root, split="test")
    assert dataset.get_data_info(3)["img_path"].endswith("ibug/image_092 _01.jpg")
    assert dataset.get_data_info(1)["img_path"].endswith("lfpw/testset/image_0002.png")


def test_points_become_zero_based_and_the_box_follows(ibug300w):
    sample = IBUG300W(ibug300w.root, split="test").get_data_info(3)
    points = ibug300w.truth["ibug/image_092 _01.jpg"]
    np.testing.assert_allclose(sample["keypoints"], points[None], atol=1e-4)
    low, high = np.floor(points.min(0)), np.ceil(points.max(0))
    centre, half = (low + high) / 2, (high - low).max() / 2
    expected = [*(centre - half), *(centre + half)]
    np.testing.assert_allclose(sample["bbox"], [expected])


def test_no_box_is_annotated(ibug300w):
    with pytest.raises(ValueError, match=r"afw/134212_1\.pts: no box.*box='landmarks'"):
        IBUG300W(ibug300w.root, box="annotated")


def test_missing_folder_says_where_to_get_it(tmp_path):
    with pytest.raises(
        FileNotFoundError, match=r"300w: no file or folder.*afw.*ibug\."
    ):
        IBUG300W(tmp_path)


@pytest.fixture
def broken(tmp_path):
    write_ibug300w(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("version: 1\nn_points: 0\n{\n}\n", "has no points, but 68 are expected"),
        ("version: 1\nn_points: 68\n{\n1 2\n}\n", "n_points says 68, but 1 follow"),
        ("version: 1\nn_points: 1\n{\n1 x\n}\n", "not a list of x y"),
        ("", "no points in braces"),
    ],
)
def test_bad_pts_file_is_named(broken, text, fault):
    (broken / "afw/134212_2.pts").write_text(text)
    with pytest.raises(ValueError, match=rf"134212_2\.pts: {fault}"):
        IBUG300W(broken)


def test_nan_is_named(broken):
    points = np.arange(136.0).reshape(68, 2)
    points[7, 1] = np.nan
    write_pts(broken / "afw/134212_2.pts", points)
    with pytest.raises(ValueError, match=r"300w, afw/134212_2\.pts: points \[7\]"):
        IBUG300W(broken)


def test_missing_image_is_named_when_it_is_drawn(broken):
    (broken / "afw/134212_2.jpg").unlink()
    dataset = IBUG300W(broken)
    assert dataset[0]["img_id"] == 0
    with pytest.raises(
        FileNotFoundError, match=r"134212_2\.pts: 300w: no image.*\.jpg"
    ):
        dataset[1]


def test_reads_the_real_lfpw_files(shared, tmp_path):
    source = shared / "data/faces_samples/lfpw5_68"
    for folder in ("afw", "helen/trainset", "lfpw"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "lfpw/trainset").symlink_to(source)
    dataset = IBUG300W(tmp_path)
    assert len(dataset) == 5
    sample = dataset[0]
    first = [115.167660 - 1, 220.807529 - 1]
    assert sample["keypoints"][0, 0] == pytest.approx(first, abs=1e-4)
    assert sample["img_path"].endswith("image_0001.jpg")
