"""Configs for many devices do what they claim beside the released recipe."""

from pathlib import Path

from mmengine.config import Config

import mcf.engine
from mcf.registry import STRATEGIES

FOLDER = Path(__file__).parents[2] / "configs/pretrain"
RELEASED = "mcf_vit-base-p16_8xb64-accum8-amp-coslr-16e_laionface-224.py"


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
    assert cached.auto_scale_lr.base_batch_size == 8 * 512


def test_sharded_config_names_its_runner_and_strategy():
    (path,) = FOLDER.glob("*_fsdp.py")
    config = Config.fromfile(path)
    assert config.runner_type == "FlexibleRunner"
    assert STRATEGIES.get(config.strategy.type) is mcf.engine.FullyShardStrategy
