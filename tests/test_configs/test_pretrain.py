"""Every pre-training config builds, takes a step and is what its name says."""

import argparse
import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
import torch
from mmengine.config import Config, DictAction
from mmengine.logging import MessageHub
from mmengine.optim import build_optim_wrapper
from mmengine.registry import DefaultScope

from mcf.registry import MODELS
from tests.test_configs.shrinking import shrink

FOLDER = Path(__file__).parents[2] / "configs/pretrain"
CONFIGS = sorted(FOLDER.glob("mcf_*.py"))
RELEASED = FOLDER / "mcf_vit-base-p16_8xb64-accum8-amp-coslr-16e_laionface-224.py"
NAME = re.compile(
    r"mcf_(?P<backbone>[a-z0-9-]+)"
    r"_(?P<gpus>\d+)xb(?P<batch>\d+)(-accum(?P<accum>\d+))?-(?P<precision>amp|fp32)"
    r"-coslr-(?P<epochs>\d+)e_(?P<data>[a-z]+)-(?P<side>\d+)(_(?P<variant>[\w-]+))?"
)
VIT_WIDTHS = {"deit-tiny": 192, "deit-small": 384, "base": 768, "large": 1024}
SIZES = dict(tiny=192, small=384, base=768, large=1024)
NETWORKS = {  # name: type and the settings that the name claims
    "swin-tiny": dict(type="SwinTransformer", arch="tiny"),
    "hivit-tiny": dict(type="HiViT", arch="tiny"),
    "convnext-tiny": dict(type="ConvNeXt", arch="tiny"),
    "resnet18": dict(type="ResNet", depth=18),
    "resnet50": dict(type="ResNet", depth=50),
    "timm-convnextv2-nano": dict(type="mcf.TimmBackbone", name="convnextv2_nano"),
}
TEACHERS = {  # variant: network and part of its file's name
    "mae": ("VisionTransformer", "mae_pretrain_vit_base"),
    "dino": ("VisionTransformer", "dino_vitbase16"),
    "dinov2": ("VisionTransformer", "dinov2_vitb14"),
    "clip": ("VisionTransformer", "clip_vit_base_patch16"),
    "farl": ("VisionTransformer", "FaRL-Base-Patch16"),
    "resnet50": ("ResNet", "resnet50"),
    "timm-convnext": ("mcf.TimmModel", "convnext_tiny"),
    "efficientnet-lite0": ("mcf.EfficientNetLite0", "efficientnet-lite0"),
    "mobilefacenet": ("mcf.MobileFaceNet", "mobilefacenet"),
}
MASKS = {
    "block": "mcf.BlockMasking",
    "attention": "mcf.AttentionMasking",
    "facial-region": "mcf.FacialRegionMasking",
}
GENERATORS = {
    "two-teachers": "mcf.SeveralTeachers",
    "cached-teacher": "mcf.CachedTeacher",
}
SWITCHES = {  # of the README's table: whether the corrected recipe has it
    "momentum": True,
    "momentum update": True,
    "BatchNorm statistics of the momentum encoder": False,
    "BatchNorm": True,
    "contrast": True,
    "normalisation of features": True,
    "weights of the losses": False,
    "images for the teacher": False,
    "encoder that is exported": False,
    "negatives of a face": False,
    "weights, gradients, optimiser": False,
}
OTHER_VARIANTS = {None, "corrected", "ratio-schedule", "gradcache", "fsdp"}


@pytest.fixture(params=CONFIGS, ids=[path.stem for path in CONFIGS])
def config(request):
    if "timm" in request.param.stem and find_spec("timm") is None:
        pytest.skip("needs timm")
    return Config.fromfile(request.param)


@pytest.fixture
def start_of_a_run() -> Iterator[None]:
    """What schedules ask the runner for."""
    hub = MessageHub.get_current_instance()
    hub.update_info("iter", 0)
    hub.update_info("max_iters", 100)
    yield
    hub.pop_info("iter")
    hub.pop_info("max_iters")


def claims(config):
    return NAME.fullmatch(Path(config.filename).stem).groupdict()


def vit_width(backbone):
    arch = backbone.arch
    return VIT_WIDTHS[arch] if isinstance(arch, str) else arch["embed_dims"]


def test_name_says_what_the_config_does(config):
    name, model = claims(config), config.model
    assert model.backbone.img_size == model.neck.img_size == int(name["side"])
    assert config.train_dataloader.batch_size == int(name["batch"])
    wrapper = config.optim_wrapper
    assert wrapper.get("accumulative_counts", 1) == int(name["accum"] or 1)
    assert (wrapper.type == "mcf.AmpOptimWrapper") == (name["precision"] == "amp")
    assert config.train_cfg.max_epochs == int(name["epochs"])
    last = config.param_scheduler[-1]
    assert last.type == "CosineAnnealingLR" and last.end == int(name["epochs"])
    dataset = config.train_dataloader.dataset.dataset
    synthetic = dataset.store.type == "mcf.SyntheticFaceStore"
    assert synthetic == (name["data"] == "synthetic")
    assert dataset.pipeline[1].scale == int(name["side"])


def test_backbone_is_the_one_of_the_name(config):
    name, backbone = claims(config)["backbone"], config.model.backbone
    if name.startswith("vit-"):
        _, size, patch = name.split("-")
        assert vit_width(backbone) == SIZES[size]
        assert backbone.patch_size == int(patch.removeprefix("p"))
    else:
        network = backbone.network
        assert NETWORKS[name] == {key: network[key] for key in NETWORKS[name]}


def test_variant_is_the_one_of_the_name(config):
    variant, model = claims(config)["variant"], config.model
    assert model.masking.type == MASKS.get(variant, "mcf.RandomMasking")
    assert ("schedule" in model.masking) == (variant == "ratio-schedule")
    generator = model.target_generator
    assert generator.type == GENERATORS.get(variant, "mcf.TeacherTarget")
    if variant in TEACHERS:
        network, file = TEACHERS[variant]
        assert generator.model.type == network and file in generator.checkpoint
    known = TEACHERS.keys() | MASKS.keys() | GENERATORS.keys() | OTHER_VARIANTS
    assert variant in known


def test_decoder_and_projector_fit_the_backbone(config):
    model = config.model
    if model.backbone.type == "mcf.MaskedViT":
        width, cell = vit_width(model.backbone), model.backbone.patch_size
    else:
        with DefaultScope.overwrite_default_scope("mmpretrain"):
            backbone = MODELS.build(model.backbone)
        width = backbone.embed_dims
        cell = backbone.img_size[0] / backbone.patch_resolution[0]
    assert model.neck.encoder_dims == model.projector.in_channels == width
    assert model.neck.patch_size == cell
    assert model.projector.out_channels == model.head.predictor.in_channels


@pytest.mark.usefixtures("start_of_a_run")
def test_takes_a_training_step(config, tmp_path):
    shrink(config.model, tmp_path)
    wrapper_config = dict(  # mixed precision and accumulation have their own tests
        type="mcf.OptimWrapper",
        constructor=config.optim_wrapper.constructor,
        optimizer=config.optim_wrapper.optimizer,
        paramwise_cfg=config.optim_wrapper.paramwise_cfg,
    )
    if claims(config)["variant"] == "corrected":  # SyncBN does not run on a CPU
        config.model.projector.norm_cfg.type = "BN1d"
        config.model.head.predictor.norm_cfg.type = "BN1d"
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
    assert "neck.mask_token" in moved and "backbone.pos_embed" not in moved
    trained = {n for n, p in model.named_parameters() if p.requires_grad}
    stepped = wrapper.optimizer.state  # AdamW's skips what has no gradient
    assert {n for n, p in model.named_parameters() if p in stepped} == trained


def test_released_recipe_holds_the_published_numbers():
    config = Config.fromfile(RELEASED)
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
    assert "vit-b-300ep" in model.target_generator.checkpoint
    assert model.projector.hid_channels == 4096 and model.projector.out_channels == 256


def switches() -> dict[str, dict[str, object]]:
    """Settings of each row of the README's table of switches, as a tool reads them."""
    parser = argparse.ArgumentParser()
    parser.add_argument("options", nargs="*", action=DictAction)
    text = (FOLDER / "README.md").read_text()
    _, section = text.split("## Released behaviour and switches")
    rows = re.findall(r"^\| ([^|]+) \|[^|]+\| `([^`]+)`", section, re.MULTILINE)
    pairs = {
        what: [word for word in switch.split() if re.fullmatch(r"[\w.]+=\S+", word)]
        for what, switch in rows
    }
    return {what: parser.parse_args(words).options for what, words in pairs.items()}


def test_corrected_recipe_is_the_released_one_with_its_switches():
    documented = switches()
    assert documented.keys() == SWITCHES.keys()
    expected = Config.fromfile(RELEASED)
    for what, corrected in SWITCHES.items():
        if corrected:
            assert documented[what], what
            expected.merge_from_dict(documented[what])
    (path,) = FOLDER.glob("*_corrected.py")
    corrected = Config.fromfile(path)
    assert corrected.to_dict() == expected.to_dict()
    # what makes two of the others needless
    assert corrected.model.target_generator.input_size == 224
    with torch.device("meta"):
        assert not list(MODELS.build(corrected.model.backbone).buffers())


def test_second_of_two_teachers_is_that_of_its_file():
    (path,) = FOLDER.glob("*_two-teachers.py")
    _, second = Config.fromfile(path).model.target_generator.teachers
    base = FOLDER.parent / "_base_/teachers/mobilefacenet.py"
    assert second == Config.fromfile(base).teacher
