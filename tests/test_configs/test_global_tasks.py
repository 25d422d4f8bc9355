"""Configs of ages, attributes, expressions, head poses and identities."""

import re
from pathlib import Path

import pytest
import torch
from mmengine.config import Config
from mmpretrain.registry import DATASETS as HOST_DATASETS
from mmpretrain.structures import DataSample

import mcf.datasets
import mcf.engine
import mcf.evaluation.metrics
import mcf.models  # noqa: F401
from mcf.registry import DATASETS, METRICS, MODELS, registry_scope

FOLDER = Path(__file__).parents[2] / "configs"
TASKS = ("attributes", "age", "expression", "head_pose", "recognition")
CONFIGS = [path for task in TASKS for path in sorted((FOLDER / task).glob("*.py"))]
NAME = re.compile(
    r"vit-(?P<arch>tiny-p14|base-p16)_(?P<head>[\w-]+)_1xb(?P<batch>\d+)-fp32-coslr-"
    r"(?P<epochs>\d+)e_(?P<data>[\w-]+)-(?P<size>\d+)"
)
HEADS = {
    "facer-head": "mcf.PooledTokensHead",
    "dldl": "mcf.DistributionAgeHead",
    "coral": "mcf.CoralAgeHead",
    "linear": "LinearClsHead",
    "6d-rotation": "mcf.RotationHead",
    "arcface": "ArcFaceClsHead",
    "cosface": "mcf.CosFaceClsHead",
}


def find(name: str) -> type | None:
    """Data set of ours, or of mmpretrain."""
    return DATASETS.get(name) or HOST_DATASETS.get(name)


def labelled(count: int, classes: int) -> list[DataSample]:
    """Samples with every kind of label."""
    found = []
    for i in range(count):
        sample = DataSample().set_gt_label(i % classes)
        sample.set_field(torch.tensor(20.0 + i), "gt_age")
        sample.set_field(torch.eye(3), "gt_rotation")
        found.append(sample)
    return found


@pytest.mark.parametrize("path", CONFIGS, ids=lambda p: p.stem)
def test_config_is_what_its_name_says_and_takes_a_step(path):
    config, told = Config.fromfile(path), NAME.fullmatch(path.stem)
    size = int(told["size"])
    assert config.model.head.type == HEADS[told["head"]]
    assert config.model.backbone.img_size == size
    assert config.train_dataloader.batch_size == int(told["batch"])
    assert config.train_cfg.max_epochs == int(told["epochs"])
    (resize,) = (
        step for step in config.train_dataloader.dataset.pipeline if "scale" in step
    )
    assert tuple(resize.scale) == (size, size)
    if told["arch"] == "base-p16":
        small = dict(embed_dims=768, num_layers=1, num_heads=4)
        config.model.backbone.arch = dict(small, feedforward_channels=16)
    with registry_scope("mmpretrain"):
        model = MODELS.build(config.model)
        assert find(config.train_dataloader.dataset.type)
        if config.get("test_evaluator"):
            assert METRICS.get(config.test_evaluator.type)
    model.init_weights()
    samples = labelled(2, 2)
    if told["head"] == "facer-head":
        samples = [DataSample().set_gt_score(torch.ones(40)) for _ in samples]
    losses = model.loss(torch.randn(2, 3, size, size), samples)
    sum(value for name, value in losses.items() if "loss" in name).backward()
    grads = [p.grad for p in model.head.parameters()]
    assert all(g is not None and torch.isfinite(g).all() for g in grads)
    assert any(g.abs().sum() > 0 for g in grads)


def test_heads_are_mirrored_together_with_their_rotation():
    for path in (FOLDER / "head_pose").glob("*.py"):
        pipeline = Config.fromfile(path).train_dataloader.dataset.pipeline
        flips = [step.type for step in pipeline if "Flip" in step.type]
        assert flips == ["mcf.PoseFlip"]
