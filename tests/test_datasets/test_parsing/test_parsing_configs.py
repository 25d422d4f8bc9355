from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("mmseg")

from mmengine.config import Config
from mmengine.registry import init_default_scope
from mmengine.runner import Runner
from mmseg.registry import MODELS

import mcf.parsing  # noqa: F401
from mcf.datasets.parsing import compose_masks
from mcf.evaluation.metrics import ParsingMetric
from mcf.registry import METRICS
from tests.test_datasets.test_parsing.parsing_files import (
    ORIGINALS,
    make_celebamask_hq,
    make_lapa,
    write_photo,
    write_png,
)

CONFIGS = Path(__file__).resolve().parents[3] / "configs" / "_base_" / "datasets"
LOADERS = ("train_dataloader", "val_dataloader", "test_dataloader")


def make_generic(root):
    for part in ("train", "val", "test"):
        for seed in range(5):
            write_photo(root / part / "images" / f"{seed}.jpg", (8, 8), seed)
            write_png(root / part / "masks" / f"{seed}.png", np.eye(8, dtype=np.uint8))
    (root / "classes.txt").write_text("background\nskin\n")
    return root


def make_mini(root):
    folders = {
        "faces_samples/celebamask_hq_mini/train": "masks",
        "faces_samples/celebamask_hq_mini/val": "masks",
        "faces_train/celebamask_hq_256": "labels",
    }
    for folder, masks in folders.items():
        for seed in range(4):
            write_photo(root / folder / "images" / f"{seed}.jpg", (8, 8), seed)
            path = root / folder / masks / f"{seed}.png"
            write_png(path, np.eye(8, dtype=np.uint8) * 18)
    return root


def make_composed(root):
    make_celebamask_hq(root, photo=1024, size=512)
    for order in ("farl", "official"):
        compose_masks(root, order, ORIGINALS)
    return root


MAKERS = {
    "lapa_parsing": ("LaPa", make_lapa, (512, 512), 11),
    "celebamask_hq_parsing": ("CelebAMask-HQ", make_composed, (512, 512), 19),
    "celebamask_hq_official_parsing": ("CelebAMask-HQ", make_composed, (512, 512), 19),
    "celebamask_hq_mini_parsing": (".", make_mini, (112, 112), 19),
    "lapa_112_parsing": ("LaPa", make_lapa, (112, 112), 11),
    "synthetic_parsing": (".", lambda root: root, (112, 112), 11),
    "generic_parsing": ("my_faces", make_generic, (512, 512), 2),
}


@pytest.mark.parametrize("name", MAKERS)
def test_loaders_give_batches_that_the_preprocessor_takes(name, tmp_path, monkeypatch):
    folder, make, size, num_classes = MAKERS[name]
    make(tmp_path / "data" / folder)
    monkeypatch.chdir(tmp_path)
    init_default_scope("mmseg")
    config = Config.fromfile(CONFIGS / f"{name}.py")
    preprocessor = MODELS.build(config.data_preprocessor)
    for key in LOADERS:
        loader = config[key]
        loader.update(batch_size=2, num_workers=0, persistent_workers=False)
        built = Runner.build_dataloader(loader, seed=0)
        batch = preprocessor(next(iter(built)), training=key == "train_dataloader")
        assert tuple(batch["inputs"].shape[-2:]) == size
        assert len(built.dataset.metainfo["classes"]) == num_classes
        truth = batch["data_samples"][0].gt_sem_seg.data[0]
        assert truth.max() < num_classes
        if key != "train_dataloader":
            assert batch["data_samples"][0].crop_matrix.shape == (3, 3)
            assert tuple(truth.shape) == batch["data_samples"][0].ori_shape
    for key in ("val_evaluator", "test_evaluator"):
        assert isinstance(METRICS.build(config[key]), ParsingMetric)


@pytest.mark.parametrize("name", MAKERS)
def test_training_is_jittered_and_testing_is_not(name):
    config = Config.fromfile(CONFIGS / f"{name}.py")
    train = config.train_dataloader.dataset.dataset
    train = train.get("datasets", [train])[0].pipeline
    (crop,) = [step for step in train if "jitter" in step]
    assert crop.jitter == dict(
        distribution="normal", rotation=0.314, scale=0.1, shift=0.01
    )
    for key in ("val_dataloader", "test_dataloader"):
        pipeline = config[key].dataset.pipeline
        (same,) = [step for step in pipeline if step.type == crop.type]
        assert same == {k: v for k, v in crop.items() if k != "jitter"}
        assert pipeline[-1].type == "mcf.PackFaceParsing"


def test_lapa_is_bent_and_celebamask_hq_is_not():
    factors = {
        name: [
            step.get("warp_factor", 0.0)
            for step in Config.fromfile(CONFIGS / f"{name}.py").test_pipeline
            if step.type in ("mcf.FaceAlign", "mcf.WholeImageCrop")
        ]
        for name in ("lapa_parsing", "celebamask_hq_parsing")
    }
    assert factors == {"lapa_parsing": [0.8], "celebamask_hq_parsing": [0.0]}


def test_official_order_replaces_farls_in_all_parts():
    config = Config.fromfile(CONFIGS / "celebamask_hq_official_parsing.py")
    datasets = [
        config.train_dataloader.dataset.dataset,
        config.val_dataloader.dataset,
        config.test_dataloader.dataset,
    ]
    assert [dataset.order for dataset in datasets] == ["official"] * 3
    assert [dataset.split for dataset in datasets] == ["train", "val", "test"]


def test_mini_joins_760_real_pairs(shared, monkeypatch):
    monkeypatch.chdir(shared)
    init_default_scope("mmseg")
    config = Config.fromfile(CONFIGS / "celebamask_hq_mini_parsing.py")
    for key, size in (("train_dataloader", 760), ("val_dataloader", 40)):
        loader = config[key]
        loader.update(batch_size=2, num_workers=0, persistent_workers=False)
        dataset = Runner.build_dataloader(loader, seed=0).dataset
        assert len(dataset) == size
        assert dataset.metainfo["dataset_name"] == "CelebAMask-HQ, official order"
