"""Every pre-training config builds, takes a step and is what its name says."""

import re
from pathlib import Path

import pytest
import torch
from mmengine.config import Config
from mmengine.optim import build_optim_wrapper
from mmengine.registry import DefaultScope
from mmpretrain.models import VisionTransformer

from mcf.models.teachers import MobileFaceNet
from mcf.registry import MODELS
from mcf.utils.checkpoint import from_mmpretrain

CONFIGS = sorted((Path(__file__).parents[2] / "configs/pretrain").glob("*.py"))
NAME = re.compile(
    r"mcf_vit-(?P<size>tiny|small|base|large)-p(?P<patch>\d+)"
    r"_(?P<gpus>\d+)xb(?P<batch>\d+)(-accum(?P<accum>\d+))?-(?P<precision>amp|fp32)"
    r"-coslr-(?P<epochs>\d+)e_(?P<data>[a-z]+)-(?P<side>\d+)(_(?P<variant>\w+))?"
)
WIDTHS = {"deit-small": 384, "base": 768, "large": 1024}
TINY = dict(embed_dims=24, num_layers=12, num_heads=2, feedforward_channels=48)


@pytest.fixture(params=CONFIGS, ids=[path.stem for path in CONFIGS])
def config(request):
    return Config.fromfile(request.param)


def claims(config):
    return NAME.fullmatch(Path(config.filename).stem).groupdict()


def width(model):
    arch = model.backbone.arch
    return WIDTHS[arch] if isinstance(arch, str) else arch["embed_dims"]


def shrink(config, folder):
    """Make networks tiny, with weights on disk for the teacher; keep the rest."""
    model = config.model
    model.backbone.arch = TINY
    model.neck.update(encoder_dims=24, embed_dims=16, depth=1, num_heads=2)
    model.projector.update(in_channels=24, hid_channels=32, out_channels=16)
    model.head.predictor.update(in_channels=16, hid_channels=32, out_channels=16)
    teacher = model.target_generator
    if teacher.model.type == "VisionTransformer":
        teacher.model.arch = TINY
        network = VisionTransformer(TINY)
        state = from_mmpretrain(network.state_dict(), "mocov3")
        torch.save({"state_dict": state}, folder / "teacher.pth")
    elif teacher.model.type == "mcf.MobileFaceNet":
        torch.save(MobileFaceNet().state_dict(), folder / "teacher.pth")
    else:
        return  # its weights arrive by pip
    teacher.checkpoint = str(folder / "teacher.pth")


def test_name_says_what_the_config_does(config):
    name, model = claims(config), config.model
    assert model.backbone.patch_size == model.neck.patch_size == int(name["patch"])
    assert model.backbone.img_size == model.neck.img_size == int(name["side"])
    assert config.train_dataloader.batch_size == int(name["batch"])
    wrapper = config.optim_wrapper
    assert wrapper.get("accumulative_counts", 1) == int(name["accum"] or 1)
    assert (wrapper.type == "mcf.AmpOptimWrapper") == (name["precision"] == "amp")
    assert config.train_cfg.max_epochs == int(name["epochs"])
    last = config.param_scheduler[-1]
    assert last.type == "CosineAnnealingLR" and last.end == int(name["epochs"])
    assert width(model) == dict(tiny=192, small=384, base=768, large=1024)[name["size"]]
    dataset = config.train_dataloader.dataset.dataset
    synthetic = dataset.store.type == "mcf.SyntheticFaceStore"
    assert synthetic == (name["data"] == "synthetic")
    assert dataset.pipeline[1].scale == int(name["side"])


def test_widths_fit_together(config):
    model = config.model
    assert model.neck.encoder_dims == model.projector.in_channels == width(model)
    assert model.projector.out_channels == model.head.predictor.in_channels


def test_takes_a_training_step(config, tmp_path):
    shrink(config, tmp_path)
    wrapper_config = dict(  # mixed precision and accumulation have their own tests
        type="mcf.OptimWrapper",
        constructor=config.optim_wrapper.constructor,
        optimizer=config.optim_wrapper.optimizer,
        paramwise_cfg=config.optim_wrapper.paramwise_cfg,
    )
    variant = claims(config)["variant"]
    if variant == "corrected":  # SyncBN does not run on a CPU
        config.model.projector.norm_cfg.type = "BN1d"
        config.model.head.predictor.norm_cfg.type = "BN1d"
        config.model.momentum_encoder.end_momentum = None  # needs a running Runner
    with DefaultScope.overwrite_default_scope("mmpretrain"):
        model = MODELS.build(config.model)
        model.init_weights()
        wrapper = build_optim_wrapper(model, wrapper_config)
    side = config.model.backbone.img_size
    before = {n: p.detach().clone() for n, p in model.named_parameters()}
    batch = dict(inputs=torch.randint(0, 256, (4, 3, side, side), dtype=torch.uint8))
    batch["data_samples"] = [None] * 4
    log = model.train_step(batch, wrapper)
    optimised = {id(p) for group in wrapper.param_groups for p in group["params"]}
    for name, parameter in model.named_parameters():
        assert (id(parameter) in optimised) == parameter.requires_grad, name
    assert torch.isfinite(log["loss"]) and log["loss_feature"] > 0
    moved = {n for n, p in model.named_parameters() if not torch.equal(p, before[n])}
    assert {"backbone.patch_embed.projection.weight", "neck.mask_token"} <= moved
    assert "backbone.pos_embed" not in moved


def test_released_recipe_holds_the_published_numbers():
    (path,) = [p for p in CONFIGS if re.search("base.*laionface-224$", p.stem)]
    config = Config.fromfile(path)
    model, optimiser = config.model, config.optim_wrapper.optimizer
    assert model.masking.ratio == 0.75 and model.feature_loss.loss_weight == 1000
    assert model.head.temperature == 0.2 and model.momentum_encoder.momentum == 0.99
    assert (model.neck.embed_dims, model.neck.depth, model.neck.num_heads) == (
        512,
        8,
        16,
    )
    assert optimiser.lr == pytest.approx(2.4e-3) and optimiser.weight_decay == 0.05
    assert tuple(optimiser.betas) == (0.9, 0.95)
    assert model.target_generator.taps == [f"layers.{i}" for i in (2, 5, 8, 11)]
    assert model.projector.hid_channels == 4096 and model.projector.out_channels == 256
