"""The data set part of the alignment configs: which faces train, select and test."""

from pathlib import Path

import pytest
from mmengine.config import Config

import mcf.datasets.landmarks  # noqa: F401  registers the classes
from mcf.registry import DATASETS
from tests.replicas import write_cofw29, write_ibug300w, write_lapa106, write_wflw98

CONFIGS = Path(__file__).parents[2] / "configs/_base_/datasets"


def build(name, root):
    """Data sets of a config over another root."""
    config = Config.fromfile(CONFIGS / f"{name}_alignment.py")
    train = config.train_dataloader.dataset
    assert train.type == "mcf.SeededDataset"
    datasets = {
        "train": train.dataset,
        "val": config.val_dataloader.dataset,
        "test": config.test_dataloader.dataset,
    }
    for dataset in datasets.values():
        dataset.update(data_root=str(root), pipeline=[])
    return {role: DATASETS.build(dataset) for role, dataset in datasets.items()}


def names(dataset):
    return {dataset.get_data_info(i)["sample_name"] for i in range(len(dataset))}


@pytest.mark.parametrize(
    ("name", "write", "sizes"),
    [
        ("300w", write_ibug300w, (2, 2, 4)),  # two faces of one photo stay together
        ("wflw", write_wflw98, (None, None, 3)),
        ("lapa106", write_lapa106, (4, 1, 2)),
        ("cofw", write_cofw29, (3, 1, 2)),
    ],
)
def test_train_val_and_test_share_no_face(tmp_path, name, write, sizes):
    if name == "cofw":
        pytest.importorskip("h5py")
    write(tmp_path)
    roles = build(name, tmp_path)
    found = {role: names(dataset) for role, dataset in roles.items()}
    for expected, faces in zip(sizes, found.values(), strict=True):
        assert expected in (None, len(faces))
    assert not found["train"] & found["val"]
    assert not (found["train"] | found["val"]) & found["test"]
    assert roles["val"].test_mode and roles["test"].test_mode


def test_aflw_holds_out_a_tenth_of_the_images():
    config = Config.fromfile(CONFIGS / "aflw19_alignment.py")
    train, val = config.train_dataloader.dataset.dataset, config.val_dataloader.dataset
    test = config.test_dataloader.dataset
    assert (train.split, train.part, train.holdout) == ("train", "train", 0.1)
    assert (val.split, val.part, val.holdout) == ("train", "val", 0.1)
    assert (test.split, test.get("part")) == ("test", None)


def test_helen_tests_on_the_held_out_fifth(shared):
    roles = build("helen29", shared / "data/faces_samples/helen_29")
    assert len(roles["train"]) + len(roles["val"]) == 201
    assert len(roles["val"]) == pytest.approx(40, abs=8)
    assert names(roles["test"]) == names(roles["val"])
    assert roles["test"].metainfo["dataset_name"] == "helen29"
