"""Every alignment config builds, takes a step and is what its name says."""

import re

import numpy as np
import pytest
import torch

pytest.importorskip("mmpose")

from mmengine.config import Config
from mmengine.dataset import pseudo_collate
from mmengine.optim import build_optim_wrapper
from mmengine.registry import DefaultScope

import mcf.alignment  # noqa: F401
from mcf.datasets.samplers import Draw
from mcf.datasets.schemas import published_schemas
from mcf.registry import DATASETS, HOOKS, METRICS, MODELS
from tests.test_configs.shrunk_alignment import (
    CONFIGS,
    WRITERS,
    claims,
    innermost,
    shrink,
    use_replica,
)

HEADS = dict(
    heatcoord="mcf.HeatmapCoordHead",
    simcc="RTMCCHead",
    heatmap="HeatmapHead",
    regression="RegressionHead",
)
DATA = {
    "aflw19": "mcf.AFLW19",
    "300w": "mcf.IBUG300W",
    "wflw": "mcf.WFLW98",
    "cofw": "mcf.COFW29",
    "lapa106": "mcf.LaPa106",
    "helen29": "mcf.LandmarkFile",
    "synthetic68": "mcf.SyntheticLandmarks",
}
BACKBONES = {  # of configs that are not of a ViT: type and the settings of the name
    "resnet50": dict(type="mmpretrain.ResNet", depth=50),
    "swin-tiny": dict(type="mmpretrain.SwinTransformer", arch="tiny"),
    "convnext-tiny": dict(type="mmpretrain.ConvNeXt", arch="tiny"),
}
RELEASED = [path for path in CONFIGS if re.search(r"vit-base.*-448$", path.stem)]


@pytest.fixture(params=CONFIGS, ids=[path.stem for path in CONFIGS])
def config(request):
    return Config.fromfile(request.param)


@pytest.fixture(scope="module")
def replica(tmp_path_factory):
    """Root of the replica of a data set, written at its first use."""
    roots = {}

    def root(name):
        if name == "cofw":
            pytest.importorskip("h5py")
        if name not in roots and name in WRITERS:
            roots[name] = tmp_path_factory.mktemp(name)
            WRITERS[name](roots[name])
        return roots.get(name)

    return root


def points_of(head):
    names = ("num_keypoints", "out_channels", "num_joints")
    return next(head[name] for name in names if name in head)


def test_name_says_what_the_config_does(config):
    name, model = claims(config), config.model
    assert model.head.type == HEADS[name["head"]]
    backbone, claimed = model.backbone, BACKBONES.get(name["network"])
    assert (backbone.get("frozen_stages") == 12) == (name["kept"] == "frozen")
    assert ("lora_rank" in backbone) == (name["kept"] == "lora")
    if claimed:
        assert claimed == {key: backbone[key] for key in claimed}
    else:
        assert backbone.type == "mcf.DenseViT"
        assert backbone.patch_size == int(name["patch"])
        assert backbone.input_size == int(name["side"])
        width = 768 if backbone.arch == "base" else backbone.arch.embed_dims
        assert width == dict(tiny=192, base=768)[name["size"]]
    assert config.train_dataloader.batch_size == int(name["batch"])
    if int(name["gpus"]) > 1:
        total = int(name["gpus"]) * int(name["batch"])
        assert config.auto_scale_lr.base_batch_size == total
    assert config.train_cfg.max_epochs == int(name["epochs"])
    last = config.param_scheduler[-1]
    assert (
        last.type
        == dict(step="MultiStepLR", coslr="CosineAnnealingLR")[name["schedule"]]
    )
    if name["schedule"] == "coslr":
        assert last.end == last.T_max == int(name["epochs"])
    assert config.optim_wrapper.type == "mcf.OptimWrapper"  # float32
    for role in ("train", "val", "test"):
        loader = config[f"{role}_dataloader"]
        assert innermost(loader).type == DATA[name["data"]]


def test_points_fit_the_data_and_the_watched_score_exists(config):
    metric = METRICS.build(config.test_evaluator)
    assert points_of(config.model.head) == metric.schema.count
    score = config.default_hooks.selection.metric.split("nme_")[1]
    assert score in metric.rules
    HOOKS.build(config.default_hooks.selection)


def test_codec_and_crop_have_one_size(config):
    decoder, train = config.model.head.decoder, innermost(config.train_dataloader)
    test = innermost(config.test_dataloader).pipeline
    encoder = next(s for s in train.pipeline if s.type == "GenerateTarget").encoder
    assert encoder == decoder
    crops = [s for s in (*train.pipeline, *test) if s.type == "mcf.FaceCrop"]
    assert {(crop.size, crop.size) for crop in crops} == {tuple(decoder.input_size)}
    scales = {crop.scale for crop in crops}
    assert scales == {1.0 if claims(config)["data"] == "aflw19" else 0.8}


def test_takes_a_training_step_and_is_tested_with_flip(config, replica):
    use_replica(config, replica(claims(config)["data"]))
    shrink(config)
    with DefaultScope.overwrite_default_scope("mmpose"):
        train = DATASETS.build(config.train_dataloader.dataset)
        test = DATASETS.build(config.test_dataloader.dataset)
        model = MODELS.build(config.model | dict(test_cfg=dict(flip_test=True)))
        model.init_weights()
        wrapper = build_optim_wrapper(model, config.optim_wrapper)
        metric = METRICS.build(config.test_evaluator)
    before = {n: p.detach().clone() for n, p in model.named_parameters()}
    batch = pseudo_collate([train[Draw(seed % len(train), seed)] for seed in (0, 1)])
    log = model.train_step(batch, wrapper)
    assert torch.isfinite(log["loss"]) and log["loss"] > 0
    moved = {n for n, p in model.named_parameters() if not torch.equal(p, before[n])}
    kept = claims(config)["kept"]
    parts = {name.split(".")[0] for name in before}
    parts -= {"backbone"} if kept == "frozen" else set()
    assert {name.split(".")[0] for name in moved} == parts
    if kept == "lora":
        assert all("lora_" in name for name in moved if name.startswith("backbone."))
    model.eval()
    batch = pseudo_collate([test[0]])
    with torch.no_grad():
        (sample,) = model.test_step(batch)
    assert sample.pred_instances.keypoints.shape[1] == metric.schema.count
    metric.process(batch, [sample.to_dict()])
    scores = metric.evaluate(1)
    assert all(np.isfinite(value) for value in scores.values())
    assert config.default_hooks.selection.metric in scores


@pytest.mark.parametrize("path", RELEASED, ids=[path.stem for path in RELEASED])
def test_released_recipe_holds_the_published_numbers(path):
    config = Config.fromfile(path)
    wrapper = config.optim_wrapper
    base = wrapper.optimizer.lr
    assert base * wrapper.paramwise_cfg.custom_keys["backbone."].lr_mult == 1e-4
    assert (base, wrapper.optimizer.weight_decay) == (1e-2, 1e-5)
    assert tuple(wrapper.optimizer.betas) == (0.9, 0.999)
    assert config.param_scheduler[0].milestones == [200]
    assert config.default_hooks.ema.momentum == 0.001
    assert config.default_hooks.selection.test_interval == 1
    model = config.model
    assert tuple(model.backbone.out_indices) == (3, 5, 7, 11) and model.backbone.with_cp
    assert model.data_preprocessor.mean == [123.675, 116.28, 103.53]
    assert (model.head.channels, model.head.heatmap_size) == (768, (128, 128))
    pipeline = innermost(config.train_dataloader).pipeline
    assert pipeline[1].jitter == dict(rotation=0.174, scale=0.1, shift=0.05)
    assert [step.type for step in pipeline[2:7]] == [
        "mcf.RandomOcclusion",
        "mcf.NoiseFusion",
        "mcf.RandomGray",
        "mcf.RandomGamma",
        "mcf.RandomBoxBlur",
    ]


def test_each_published_schema_has_a_released_config():
    evaluators = [Config.fromfile(path).test_evaluator for path in RELEASED]
    assert sorted(evaluator.schema for evaluator in evaluators) == published_schemas()
