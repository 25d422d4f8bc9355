import numpy as np
import pytest

from mcf.datasets.landmarks import WFLW98
from tests.replicas.wflw98 import write_wflw98


def test_subsets_are_joined_on_image_and_points(wflw98):
    dataset = WFLW98(wflw98.root, split="test")
    samples = [dataset.get_data_info(index) for index in range(len(dataset))]
    assert [sample["subsets"] for sample in samples] == [
        ("largepose", "full"),
        ("expression", "occlusion", "blur", "full"),
        ("full",),
    ]
    assert [sample["img_id"] for sample in samples] == [0, 0, 1]
    assert [sample["id"] for sample in samples] == [0, 1, 2]


def test_points_are_taken_as_they_are(wflw98):
    dataset = WFLW98(wflw98.root, split="train")
    for index, points in enumerate(wflw98.truth["train"]):
        sample = dataset.get_data_info(index)
        np.testing.assert_allclose(sample["keypoints"], points[None], atol=1e-5)
        assert sample["subsets"] == ("full",)
    assert sample["img_path"].endswith("WFLW_images/7--Cheering/7_Cheering_2.jpg")
    assert sample["sample_name"] == "list_98pt_rect_attr_train.txt line 3"


def test_box_is_the_landmark_square_or_the_own_rectangle(wflw98):
    points = wflw98.truth["train"][0]
    low, high = np.floor(points.min(0)), np.ceil(points.max(0))
    half = (high - low).max() / 2
    square = [*((low + high) / 2 - half), *((low + high) / 2 + half)]
    assert WFLW98(wflw98.root).get_data_info(0)["bbox"].tolist() == [square]
    own = WFLW98(wflw98.root, box="annotated").get_data_info(0)
    assert own["bbox"].tolist() == [[3, 4, 45, 46]]


def test_faces_of_one_image_stay_together(wflw98):
    parts = {
        part: WFLW98(wflw98.root, part=part, holdout=0.5) for part in ("train", "val")
    }
    images = {
        part: {dataset.get_data_info(i)["img_id"] for i in range(len(dataset))}
        for part, dataset in parts.items()
    }
    assert images["train"] | images["val"] == {0, 1}
    assert not images["train"] & images["val"]
    assert sorted(len(dataset) for dataset in parts.values()) == [1, 2]


@pytest.fixture
def annotations(tmp_path):
    write_wflw98(tmp_path)
    return tmp_path / "WFLW_annotations"


def test_subset_row_of_no_face_is_named(annotations):
    path = annotations / "list_98pt_test/list_98pt_test_blur.txt"
    path.write_text(path.read_text().replace("36_Football_1", "36_Football_2"))
    with pytest.raises(ValueError, match=r"test_blur\.txt line 1: no such face"):
        WFLW98(annotations.parent, split="test")


def test_missing_subset_list_is_named(annotations):
    (annotations / "list_98pt_test/list_98pt_test_makeup.txt").unlink()
    with pytest.raises(FileNotFoundError, match=r"makeup\.txt.*wywu\.github\.io"):
        WFLW98(annotations.parent, split="test")
    assert len(WFLW98(annotations.parent, split="train")) == 3


def test_short_row_is_named(annotations):
    path = next(annotations.glob("*/*_train.txt"))
    first, second, third = path.read_text().splitlines()
    path.write_text("\n".join([first, second.partition(" ")[2], third]))
    with pytest.raises(ValueError, match=r"train\.txt line 2: 206 columns, but 207"):
        WFLW98(annotations.parent)


def test_box_without_size_is_refused_where_it_is_used(annotations):
    path = next(annotations.glob("*/*_train.txt"))
    path.write_text(path.read_text().replace(" 3 4 45 46 ", " 3 4 3 46 ", 1))
    with pytest.raises(ValueError, match=r"train\.txt line 1: box .* has no size"):
        WFLW98(annotations.parent, box="annotated")
    assert len(WFLW98(annotations.parent)) == 3
