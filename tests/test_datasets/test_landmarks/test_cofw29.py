import pickle
import sys

import numpy as np
import pytest
from mmpose.datasets.transforms import LoadImage

from mcf.datasets.landmarks import COFW29


@pytest.mark.parametrize(("split", "count"), [("train", 4), ("test", 2)])
def test_points_and_occlusion_come_from_the_file(cofw29, split, count):
    dataset = COFW29(cofw29.root, split=split, mask_hidden=True)
    truth = cofw29.truth[split]
    assert len(dataset) == count
    for index in range(count):
        sample = dataset.get_data_info(index)
        np.testing.assert_allclose(sample["keypoints"][0], truth.points[index], 1e-6)
        visible = sample["keypoints_visible"][0] == 1
        assert (visible == ~truth.hidden[index]).all()


def test_hidden_points_count_by_default(cofw29):
    assert COFW29(cofw29.root).get_data_info(0)["keypoints_visible"].all()


def test_images_are_upright_bgr_and_grey_becomes_colour(cofw29):
    dataset = COFW29(cofw29.root, split="test", pipeline=[LoadImage()])
    for index, image in enumerate(cofw29.truth["test"].images):
        sample = dataset[index]
        assert (sample["img"] == image).all()
        assert sample["ori_shape"] == image.shape[:2]
    assert sample["img_path"].endswith("COFW_test_color.mat#1")


def test_boxes_are_squares_or_the_own_rectangles(cofw29):
    square = COFW29(cofw29.root).get_data_info(0)["bbox"][0]
    assert square[2] - square[0] == square[3] - square[1]
    own = COFW29(cofw29.root, box="annotated").get_data_info(0)["bbox"]
    assert own.tolist() == [[3.5, 2.5, 33.5, 42.5]]


def test_dataset_travels_to_workers(cofw29):
    dataset = pickle.loads(pickle.dumps(COFW29(cofw29.root)))
    assert (dataset[0]["img"] == cofw29.truth["train"].images[0]).all()


def test_missing_package_is_named_with_the_remedy(tmp_path, monkeypatch):
    (tmp_path / "COFW_train_color.mat").touch()
    monkeypatch.setitem(sys.modules, "h5py", None)
    with pytest.raises(ImportError, match="pip install h5py"):
        COFW29(tmp_path)


def test_missing_file_names_the_site(tmp_path):
    pytest.importorskip("h5py")
    with pytest.raises(FileNotFoundError, match=r"COFW_train_color\.mat.*xpburgos"):
        COFW29(tmp_path)
