import numpy as np
import pytest

pytest.importorskip("mmseg")

from mmengine.registry import init_default_scope

import mcf.parsing  # noqa: F401
from mcf.datasets.parsing.lapa_files import read_landmarks
from mcf.registry import DATASETS
from tests.test_datasets.test_parsing.parsing_files import write_landmarks


def build(root, split="train", **settings):
    init_default_scope("mmseg")
    config = dict(type="mcf.LaPaDataset", data_root=str(root), split=split)
    return DATASETS.build(config | settings)


@pytest.mark.parametrize(("split", "first"), [("train", 0), ("val", 2), ("test", 4)])
def test_splits_are_the_official_folders(lapa, split, first):
    pipeline = [
        dict(type="LoadImageFromFile"),
        dict(type="mcf.LoadMask"),
        dict(type="PackSegInputs"),
    ]
    dataset = build(lapa, split, pipeline=pipeline)
    assert len(dataset) == 2
    for k in (0, 1):
        labels = dataset[k]["data_samples"].gt_sem_seg.data.numpy()[0]
        expected = (np.arange(120) + first + k).reshape(12, 10) % 11
        assert np.array_equal(labels, expected)


def test_classes_are_lapas(lapa):
    metainfo = build(lapa).metainfo
    assert metainfo["classes"][6] == "nose"
    assert metainfo["palette"][10] == [255, 0, 102]
    assert metainfo["label_pairs"] == [[2, 3], [4, 5]]
    assert metainfo["dataset_name"] == "LaPa"


def test_samples_have_the_five_alignment_points(lapa):
    sample = build(lapa)[1]
    points = np.arange(212).reshape(106, 2) / 4 + 1
    assert np.array_equal(sample["points5"], points[[104, 105, 54, 84, 90]])


def test_missing_files_are_errors_before_training(lapa):
    (lapa / "train/landmarks/1_0.txt").unlink()
    with pytest.raises(FileNotFoundError, match=r"1 of 2 landmark files.*lapa-dataset"):
        build(lapa)
    (lapa / "test/labels/4_0.png").unlink()
    with pytest.raises(FileNotFoundError, match=r"1 of 2 masks.*4_0.png.*lapa-dataset"):
        build(lapa, "test")
    with pytest.raises(FileNotFoundError, match=r"no folder .*expected is the folder"):
        build(lapa / "inner")


def test_unknown_split_is_refused(lapa):
    with pytest.raises(ValueError, match="no split 'dev', only train, val, test"):
        build(lapa, "dev")


def test_landmark_files_are_checked(tmp_path):
    path = tmp_path / "x.txt"
    write_landmarks(path, np.zeros((105, 2)))
    with pytest.raises(ValueError, match=r"x.txt has 211 numbers.*213"):
        read_landmarks(path)
    path.write_text("106\n1.0 two")
    with pytest.raises(ValueError, match="other than numbers"):
        read_landmarks(path)
    path.write_text("")
    with pytest.raises(ValueError, match="0 numbers"):
        read_landmarks(path)


def test_face_without_usable_points_is_named_when_it_is_aligned(lapa):
    path = lapa / "train/landmarks/1_0.txt"
    path.write_text(path.read_text().replace("28.0 ", "nan "))
    pipeline = [
        dict(type="LoadImageFromFile"),
        dict(type="mcf.FaceAlign", size=32, warp_factor=0.8),
    ]
    dataset = build(lapa, pipeline=pipeline)
    assert dataset[0]["img"].shape == (32, 32, 3)
    with pytest.raises(ValueError, match=r"1_0\.jpg: points to align are not all fin"):
        dataset[1]
