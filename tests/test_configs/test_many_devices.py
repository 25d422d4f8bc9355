"""Configs for many devices do what they claim beside the released recipe."""

import re
from pathlib import Path

import pytest
import torch
from mmengine.config import Config
from mmengine.registry import DefaultScope
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

import mcf.engine
from mcf.models.selfsup import MCF
from mcf.registry import STRATEGIES
from projects.step_benchmark.step import build_model

CONFIGS = Path(__file__).parents[2] / "configs"
FOLDER = CONFIGS / "pretrain"
DOCUMENT = (CONFIGS.parent / "docs/many_devices.md").read_text()
RELEASED = "mcf_vit-base-p16_8xb64-accum8-amp-coslr-16e_laionface-224.py"


@pytest.mark.parametrize("task", ["pretrain", "alignment", "parsing"])
def test_learning_rate_belongs_to_the_gpus_and_batch_of_the_name(task):
    """MMEngine scales by what all GPUs see at once, accumulated or not."""
    for path in (CONFIGS / task).glob("*.py"):
        gpus, batch = map(int, re.search(r"_(\d+)xb(\d+)-", path.stem).groups())
        told = Config.fromfile(path).get("auto_scale_lr", {}).get("base_batch_size")
        scales = gpus == 8 and task != "parsing"  # docs/many_devices.md
        assert told == (gpus * batch if scales else None), path.stem


def images_per_step(config):
    counts = config.optim_wrapper.accumulative_counts
    return 8 * config.train_dataloader.batch_size * counts


def test_gradient_cache_takes_the_released_step_at_once():
    released = Config.fromfile(FOLDER / RELEASED)
    (path,) = FOLDER.glob("*_gradcache.py")
    cached = Config.fromfile(path)
    assert images_per_step(cached) == images_per_step(released) == 4096
    assert cached.optim_wrapper.accumulative_counts == 1
    assert cached.model.chunk_size == released.train_dataloader.batch_size
    assert "chunk_size" not in released.model  # released behaviour is the default
    per_step = released.model.momentum_encoder.momentum**8
    assert abs(cached.model.momentum_encoder.momentum - per_step) < 0.005
    assert cached.optim_wrapper.optimizer.lr == released.optim_wrapper.optimizer.lr


def test_sharded_config_names_its_runner_and_strategy():
    (path,) = FOLDER.glob("*_fsdp.py")
    config = Config.fromfile(path)
    assert config.runner_type == "FlexibleRunner"
    assert STRATEGIES.get(config.strategy.type) is mcf.engine.FullyShardStrategy


def shapes_of(name: str, options: dict | None = None) -> MCF:
    """Model of a config, without numbers in it."""
    config = Config.fromfile(FOLDER / name)
    config.merge_from_dict(options or {})
    scope = DefaultScope.overwrite_default_scope("mmpretrain")
    with scope, torch.device("meta"):
        model = build_model(config)
    model.momentum_encoder.steps = torch.zeros((), dtype=torch.long)  # a number is read
    return model


def millions(network: nn.Module) -> float:
    return sum(parameter.numel() for parameter in network.parameters()) / 1e6


def test_batch_norm_over_all_gpus_is_that_of_pytorch():
    option = "model.{}.norm_cfg.type=SyncBN"
    parts = ["projector", "head.predictor"]
    assert " ".join(option.format(part) for part in parts) in DOCUMENT
    for choice, expected in (("BN1d", nn.BatchNorm1d), ("SyncBN", nn.SyncBatchNorm)):
        options = {option.format(part).split("=")[0]: choice for part in parts}
        model = shapes_of(RELEASED, options)
        for part in (*parts, "momentum_encoder.module.projector"):
            layers = model.get_submodule(part).modules()
            norms = [layer for layer in layers if hasattr(layer, "running_mean")]
            assert norms and all(isinstance(norm, expected) for norm in norms), part


@pytest.mark.parametrize("size", ["small", "base", "large"])
def test_table_of_the_state_is_that_of_the_models(size):
    model = shapes_of(RELEASED.replace("base", size))
    trained = sum(p.numel() for p in model.parameters() if p.requires_grad) / 1e6
    momentum = millions(model.momentum_encoder.module)
    teacher = millions(model.target_generator.model)
    ours = 16 * trained + 4 * momentum  # bytes; the teacher is never cut
    replicated, sharded = ((part + 4 * teacher) / 1e3 for part in (ours, ours / 8))
    parameters = f"{trained:.1f} M | {momentum:.1f} M | {teacher:.1f} M"
    state = f"{replicated:.1f} GB | {sharded:.1f} GB"
    assert f"| ViT-{size[0].upper()}/16 | {parameters} | {state} |" in DOCUMENT


@pytest.mark.slow
def test_operations_of_a_step_are_those_of_the_page():
    model = shapes_of(RELEASED)
    images = torch.empty(2, 3, 224, 224, device="meta")
    gflop = {}
    for model.chunk_size in (None, 1):
        with FlopCounterMode(display=False) as counter:
            losses = model.loss(images)
            (losses["loss_feature"] + losses["loss_contrastive"]).backward()
        gflop[model.chunk_size] = counter.get_total_flops() / len(images) / 1e9
    whole, chunks = gflop.values()
    assert f"{chunks:.1f} instead of {whole:.1f} GFLOP per image" in DOCUMENT
    assert f"{whole:.1f} / {chunks:.1f} = {whole / chunks:.2f} of r" in DOCUMENT
    assert f"{whole:.0f} GFLOP per image (released step)" in DOCUMENT
