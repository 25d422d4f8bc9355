"""Every parsing config builds, takes a step and is what its name says."""

import re
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
import torch

pytest.importorskip("mmseg")

from mmengine.config import Config
from mmengine.optim import build_optim_wrapper
from mmengine.registry import DefaultScope
from mmengine.structures import PixelData
from mmseg.structures import SegDataSample

import mcf.parsing  # noqa: F401
from mcf.registry import HOOKS, MODELS

CONFIGS = sorted((Path(__file__).parents[2] / "configs/parsing").glob("*.py"))
NAME = re.compile(
    r"(?P<network>(?:mcf|farl)_vit-(?P<size>tiny|base)-p(?P<patch>\d+)|vit-narrow-p8"
    r"|resnet50|swin-tiny|convnext-tiny|timm-convnextv2-nano)"
    r"_(?P<head>uper|fcn|segformer|segmenter)_(?P<gpus>\d+)xb(?P<batch>\d+)-fp32"
    r"-(?P<epochs>\d+)e_(?P<data>[a-z0-9-]+)-(?P<side>\d+)(_(?P<kept>frozen|lora))?"
)
HEADS = dict(
    uper="UPerHead",
    fcn="FCNHead",
    segformer="SegformerHead",
    segmenter="SegmenterMaskTransformerHead",
)
BACKBONES = {
    "vit-narrow-p8": "mcf.DenseViT",
    "resnet50": "mmpretrain.ResNet",
    "swin-tiny": "mmpretrain.SwinTransformer",
    "convnext-tiny": "mmpretrain.ConvNeXt",
    "timm-convnextv2-nano": "mcf.TimmBackbone",
}
NUM_CLASSES = {
    "lapa": 11,
    "synthetic": 11,
    "my-faces": 2,
    "celebamask-hq": 19,
    "celebamask-hq-official": 19,
    "celebamask-hq-mini": 19,
    "celebamask-hq-overfit16": 19,
}
WIDTH, SIDE = 24, 64
TINY = dict(embed_dims=WIDTH, num_heads=2, feedforward_channels=48)
RELEASED = [path for path in CONFIGS if "8xb5" in path.stem]
(LAPA,) = [p for p in RELEASED if re.search("mcf_.*uper.*e_lapa-512$", p.stem)]


@pytest.fixture(params=CONFIGS, ids=[path.stem for path in CONFIGS])
def config(request):
    if "timm" in request.param.stem and find_spec("timm") is None:
        pytest.skip("needs timm")
    return Config.fromfile(request.param)


def claims(config):
    return NAME.fullmatch(Path(config.filename).stem).groupdict()


def shrink(config):
    """Make networks narrow and images small; no weights from elsewhere."""
    model = config.model
    model.data_preprocessor.size = (SIDE, SIDE)
    model.backbone.pop("init_cfg", None)
    head = model.decode_head
    if model.backbone.type == "mmpretrain.SwinTransformer":
        model.backbone.pad_small_map = True
    if model.backbone.type == "mcf.DenseViT":
        depth = max(model.backbone.out_indices) + 1
        model.backbone.update(
            arch=TINY | dict(num_layers=depth),
            input_size=4 * model.backbone.patch_size,
        )
        widths = head.in_channels
        head.in_channels = WIDTH if isinstance(widths, int) else [WIDTH] * len(widths)
        if model.get("neck"):
            model.neck.embed_dims = WIDTH
    if head.type == "SegmenterMaskTransformerHead":
        head.update(channels=WIDTH, embed_dims=WIDTH)
    else:
        head.channels = 8


def build(config):
    with DefaultScope.overwrite_default_scope("mmseg"):
        model = MODELS.build(config.model)
        model.init_weights()
        return model, build_optim_wrapper(model, config.optim_wrapper)


def batch(num_classes, count=2):
    samples = []
    for _ in range(count):
        sample = SegDataSample(
            metainfo=dict(
                ori_shape=(48, 40),
                img_shape=(SIDE, SIDE),
                crop_matrix=np.diag([SIDE / 40, SIDE / 48, 1.0]),
                warp_factor=0.0,
            )
        )
        labels = torch.randint(0, num_classes, (1, SIDE, SIDE))
        sample.gt_sem_seg = PixelData(data=labels)
        samples.append(sample)
    image = torch.randint(0, 256, (3, SIDE, SIDE), dtype=torch.uint8)
    return dict(inputs=[image] * count, data_samples=samples)


def test_name_says_what_the_config_does(config):
    name, model = claims(config), config.model
    assert config.train_dataloader.batch_size == int(name["batch"])
    assert config.train_cfg.max_epochs == int(name["epochs"])
    assert config.optim_wrapper.type == "mcf.OptimWrapper"  # full precision
    assert model.decode_head.type == HEADS[name["head"]]
    assert model.decode_head.num_classes == NUM_CLASSES[name["data"]]
    assert model.data_preprocessor.size == (int(name["side"]), int(name["side"]))
    if name["size"]:
        width = model.backbone.arch
        width = dict(base=768)[width] if isinstance(width, str) else width.embed_dims
        assert width == dict(tiny=192, base=768)[name["size"]]
        assert model.backbone.patch_size == int(name["patch"])
    else:
        assert model.backbone.type == BACKBONES[name["network"]]
    kept = name["kept"]
    assert (model.backbone.get("frozen_stages") == 12) == (kept == "frozen")
    assert ("lora_rank" in model.backbone) == (kept == "lora")
    data = config.test_dataloader.dataset
    assert name["data"].startswith(
        {
            "mcf.LaPaDataset": "lapa",
            "mcf.CelebAMaskHQDataset": "celebamask-hq",
            "mcf.SyntheticParsing": "synthetic",
            "mcf.ParsingDataset": "my-faces"
            if "my_faces" in str(data.get("data_root"))
            else "celebamask-hq-",
        }[data.type]
    )
    order = "official" if "official" in name["data"] else "farl"
    assert data.get("order", order) == order


def test_validation_selects_and_only_the_small_sets_validate_on_test(config):
    (selection,) = [h for h in config.custom_hooks if h.type == "mcf.SelectionHook"]
    assert HOOKS.build(selection).metric == "parsing/mF1"
    assert config.default_hooks.check_classes.type == "mcf.CheckClassesHook"
    same = config.val_dataloader.dataset == config.test_dataloader.dataset
    small = "mini" in config.filename or "overfit" in config.filename
    assert same == small


def test_takes_a_training_step_and_answers_in_the_image(config):
    shrink(config)
    model, wrapper = build(config)
    model.train()
    num_classes = config.model.decode_head.num_classes
    log = model.train_step(batch(num_classes), wrapper)
    assert torch.isfinite(log["loss"]) and log["decode.loss_ce"] > 0
    # all are trained: DistributedDataParallel takes no parameter without gradient
    idle = {n for n, p in model.named_parameters() if p not in wrapper.optimizer.state}
    backbone = {n for n, _ in model.named_parameters() if n.startswith("backbone.")}
    added = {name for name in backbone if "lora_" in name}
    stay = dict(frozen=backbone, lora=backbone - added)
    assert idle == stay.get(claims(config)["kept"], set())
    model.eval()
    (first, _) = model.test_step(batch(num_classes))
    assert tuple(first.pred_sem_seg.data.shape) == (1, 48, 40)


@pytest.mark.parametrize("path", RELEASED, ids=[path.stem for path in RELEASED])
def test_released_recipe_holds_the_published_numbers(path):
    config = Config.fromfile(path)
    optimiser = config.optim_wrapper.optimizer
    assert optimiser.type == "AdamW" and tuple(optimiser.betas) == (0.9, 0.999)
    assert optimiser.lr == 1e-4 and optimiser.weight_decay == 1e-5
    (schedule,) = config.param_scheduler
    assert schedule.type == "MultiStepLR" and schedule.by_epoch
    assert schedule.milestones == [200] and schedule.gamma == 0.1
    (ema,) = [hook for hook in config.custom_hooks if hook.type == "EMAHook"]
    assert ema.momentum == 0.001 and ema.update_buffers
    assert config.model.decode_head.get("loss_decode", {}).get("class_weight") is None
    assert "auxiliary_head" not in config.model
    statistics = config.model.data_preprocessor
    assert statistics.bgr_to_rgb
    if path.stem.startswith("farl"):  # CLIP's
        assert np.round(np.divide(statistics.mean, 255), 7).tolist() == [
            0.4814547,
            0.4578275,
            0.4082107,
        ]
        assert config.model.backbone.pre_norm
    else:
        assert statistics.mean == [123.675, 116.28, 103.53]


def test_released_network_is_that_of_the_protocol():
    model = Config.fromfile(LAPA).model
    assert model.backbone.input_size == 448 and model.backbone.with_cp
    assert model.backbone.out_indices == [3, 5, 7, 11]
    head = model.decode_head
    assert head.channels == 768 and tuple(head.pool_scales) == (1, 2, 3, 6)
    assert head.dropout_ratio == 0.1 and not head.align_corners
    assert head.norm_cfg.type == model.neck.norm_cfg.type == "SyncBN"


def test_learning_rates_of_the_parts_are_as_published():
    config = Config.fromfile(LAPA)
    shrink(config)
    model, wrapper = build(config)
    rates = {}
    names = {id(parameter): name for name, parameter in model.named_parameters()}
    for group in wrapper.param_groups:
        # MMEngine adds a group of one number of its own, to log the base rate
        for parameter in (p for p in group["params"] if id(p) in names):
            part = names[id(parameter)].split(".")[0]
            rates.setdefault(part, set()).add(round(group["lr"], 10))
    assert rates == dict(backbone={1e-4}, neck={1e-3}, decode_head={1e-3})
