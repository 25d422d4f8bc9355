import json
import pickle

import numpy as np
import pytest
from mmpose.datasets.transforms import GetBBoxCenterScale, PackPoseInputs, TopdownAffine
from mmpose.datasets.transforms.loading import LoadImage

from mcf.datasets import Draw, SeededDataset
from mcf.datasets.pose import IBUG300W, WFLW98


def test_pipelines_of_mmpose_take_the_samples(ibug300w):
    dataset = IBUG300W(
        ibug300w.root,
        split="test",
        pipeline=[
            LoadImage(),
            GetBBoxCenterScale(),
            TopdownAffine(input_size=(32, 32)),
            PackPoseInputs(meta_keys=("id", "img_id", "subsets", "flip_indices")),
        ],
    )
    packed = dataset[0]
    sample = packed["data_samples"]
    assert packed["inputs"].shape == (3, 32, 32)
    assert sample.gt_instances.bboxes.shape == (1, 4)
    assert sample.gt_instances.bbox_scores.tolist() == [1]
    assert sample.gt_instances.keypoints.shape == (1, 68, 2)
    assert sample.subsets == ("common", "full")
    assert sample.flip_indices[0] == 16


def test_configured_by_name_inside_the_seeded_dataset(ibug300w):
    inner = dict(type="mcf.IBUG300W", data_root=str(ibug300w.root), split="test")
    dataset = SeededDataset(inner)
    assert dataset.metainfo["dataset_name"] == "300w"
    assert dataset.metainfo["landmark_schema"] == "ibug68"
    assert dataset[Draw(2, 0)]["id"] == 2


def test_indices_and_workers(ibug300w):
    dataset = pickle.loads(pickle.dumps(IBUG300W(ibug300w.root, indices=2)))
    assert len(dataset) == 2
    assert dataset[1]["sample_name"] == "afw/134212_2.pts"


def test_parts_of_the_training_split_are_disjoint_and_keep_their_ids(ibug300w):
    whole = IBUG300W(ibug300w.root)
    train = IBUG300W(ibug300w.root, part="train", holdout=0.25)
    val = IBUG300W(ibug300w.root, part="val", holdout=0.25)
    assert (len(whole), len(train), len(val)) == (4, 3, 1)
    ids = {train[i]["id"]: train[i]["sample_name"] for i in range(3)}
    ids |= {val[0]["id"]: val[0]["sample_name"]}
    assert ids == {i: whole[i]["sample_name"] for i in range(4)}


@pytest.mark.parametrize(
    ("options", "fault"),
    [
        ({"split": "val"}, "split='val' must be one of 'train', 'test', 'private'"),
        ({"split": "test", "part": "val"}, "divides the split 'train', not 'test'"),
        ({"part": "val", "holdout": 1.0}, "holdout=1.0 of 4 photos"),
    ],
)
def test_contradicting_options_are_refused(ibug300w, options, fault):
    with pytest.raises(ValueError, match=fault):
        IBUG300W(ibug300w.root, **options)


def test_empty_split_is_an_error(tmp_path):
    for folder in ("helen/testset", "lfpw/testset", "ibug"):
        (tmp_path / folder).mkdir(parents=True)
    with pytest.raises(ValueError, match="300w: split 'test' holds no face"):
        IBUG300W(tmp_path, split="test")


def test_detected_boxes_replace_those_they_overlap(wflw98, tmp_path, caplog):
    official = WFLW98(wflw98.root, split="test")[0]["bbox"][0]
    found = [
        {"image": "WFLW_images/36--Football/36_Football_1.jpg", "score": score}
        | {"box": (official + shift).tolist()}
        for shift, score in ((100, 0.99), (5, 0.8))
    ]
    path = tmp_path / "boxes.json"
    path.write_text(json.dumps(found))
    dataset = WFLW98(wflw98.root, split="test", box_file=path)
    sample = dataset[0]
    np.testing.assert_allclose(sample["bbox"], [official + 5])
    assert sample["bbox_score"] == pytest.approx([0.8])
    assert (sample["annotated_bbox"] == official).all()
    missed = dataset[2]
    assert missed["bbox_score"].tolist() == [0]
    assert (missed["bbox"] == missed["annotated_bbox"]).all()


@pytest.mark.parametrize("text", ["{", "{}]", '[{"image": "a", "box": [1]}]', "[3]"])
def test_bad_file_of_boxes_is_named(wflw98, tmp_path, text):
    (tmp_path / "boxes.json").write_text(text)
    with pytest.raises(ValueError, match=r"boxes\.json' must be a JSON list"):
        WFLW98(wflw98.root, box_file=tmp_path / "boxes.json")
    with pytest.raises(FileNotFoundError, match="no file of detected boxes"):
        WFLW98(wflw98.root, box_file=tmp_path / "other.json")
