import json
import pickle

import numpy as np
import pytest
from mmpose.datasets.transforms import GetBBoxCenterScale, PackPoseInputs, TopdownAffine
from mmpose.datasets.transforms.loading import LoadImage

from mcf.crops.face import Face
from mcf.datasets import Draw, SeededDataset
from mcf.datasets.landmarks import IBUG300W, WFLW98
from mcf.inference import CropRule


def names(dataset):
    """Names of the faces by their ids."""
    infos = map(dataset.get_data_info, range(len(dataset)))
    return {info["id"]: info["sample_name"] for info in infos}


def around(square):
    """Detector's box [4] in which the square around the landmarks is expected."""
    side = (square[2] - square[0]) / 0.8
    x, y = (square[:2] + square[2:]) / 2 - (0, 0.13 * side)
    return [float(v) for v in (x - side / 2, y - side / 2, x + side / 2, y + side / 2)]


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


@pytest.mark.parametrize("seed", range(6))
def test_parts_of_the_training_split_share_no_photo_and_keep_their_ids(ibug300w, seed):
    settings = dict(holdout=0.3, holdout_seed=seed)
    whole = names(IBUG300W(ibug300w.root))
    train = names(IBUG300W(ibug300w.root, part="train", **settings))
    val = names(IBUG300W(ibug300w.root, part="val", **settings))
    assert train and val
    assert train | val == whole
    photos = [{name.rpartition("_")[0] for name in p.values()} for p in (train, val)]
    assert photos[0].isdisjoint(photos[1])


@pytest.mark.parametrize(
    ("options", "fault"),
    [
        ({"split": "val"}, "split='val' must be one of 'train', 'test', 'private'"),
        ({"split": "test", "part": "val"}, "divides the split 'train', not 'test'"),
        ({"part": "val", "holdout": 1.0}, "holdout=1.0 of 3 photos"),
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


def write_boxes(path, *found):
    """File of detected boxes, one (image, box, score) each."""
    keys = ("image", "box", "score")
    path.write_text(json.dumps([dict(zip(keys, one)) for one in found]))
    return path


IMAGE = "WFLW_images/36--Football/36_Football_1.jpg"


def test_detected_boxes_replace_those_they_overlap(wflw98, tmp_path):
    official = WFLW98(wflw98.root, split="test")[0]["bbox"][0]
    far, near = around(official + 100), around(official + 5)
    path = write_boxes(tmp_path / "boxes.json", (IMAGE, far, 0.99), (IMAGE, near, 0.8))
    dataset = WFLW98(wflw98.root, split="test", box_file=path)
    sample = dataset[0]
    np.testing.assert_allclose(sample["bbox"], [official + 5], rtol=1e-5)
    assert sample["bbox_score"] == pytest.approx([0.8])
    assert (sample["annotated_bbox"] == official).all()
    missed = dataset[2]
    assert missed["bbox_score"].tolist() == [0]
    assert (missed["bbox"] == missed["annotated_bbox"]).all()


@pytest.mark.parametrize("kind", ["landmarks", "annotated"])
def test_detected_face_is_cropped_as_in_inference(wflw98, tmp_path, kind):
    settings = dict(split="test", box=kind)
    x1, y1, x2, y2 = WFLW98(wflw98.root, **settings)[0]["bbox"][0].tolist()
    box = [x1, y1 - 4, x2, y2]
    path = write_boxes(tmp_path / "boxes.json", (IMAGE, box, 0.9))
    tested = WFLW98(wflw98.root, box_file=path, **settings)[0]["bbox"][0]
    rule = CropRule("box", (64, 64), scale=0.8, box=kind)
    inferred = rule.matrix(Face(np.array(box), 0.9), "detected", (50, 50))
    cropped = rule.matrix(Face(tested, 0.9), "given", (50, 50))
    np.testing.assert_allclose(cropped, inferred, rtol=1e-4)


def test_boxes_of_other_images_are_refused(wflw98, tmp_path):
    path = write_boxes(tmp_path / "boxes.json", ("36_Football_1.jpg", [1, 2, 3, 4], 1))
    with pytest.raises(ValueError, match=rf"'36_Football_1\.jpg'.*'{IMAGE}'; names"):
        WFLW98(wflw98.root, split="test", box_file=path)
    with pytest.raises(ValueError, match="it has None"):
        WFLW98(wflw98.root, box_file=write_boxes(path))


@pytest.mark.parametrize(
    "text",
    ["{", "{}]", '[{"image": "a", "box": [1, 2, 3, 4]}]', "[3]", '[{"box": 3}]'],
)
def test_bad_file_of_boxes_is_named(wflw98, tmp_path, text):
    (tmp_path / "boxes.json").write_text(text)
    with pytest.raises(ValueError, match=r"boxes\.json' must be a JSON list"):
        WFLW98(wflw98.root, box_file=tmp_path / "boxes.json")
    with pytest.raises(FileNotFoundError, match="no file of detected boxes"):
        WFLW98(wflw98.root, box_file=tmp_path / "other.json")


@pytest.mark.parametrize(
    "box", [[1, 2, 3], [3, 2, 1, 4], [1, 4, 3, 4], [1, 2, 3, float("nan")]]
)
def test_box_that_is_none_is_named_with_its_file_and_image(wflw98, tmp_path, box):
    path = write_boxes(tmp_path / "boxes.json", (IMAGE, box, 0.9))
    with pytest.raises(ValueError, match=rf"boxes\.json', image '{IMAGE}': box \["):
        WFLW98(wflw98.root, split="test", box_file=path)
