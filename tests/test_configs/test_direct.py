"""Every config of direct prediction builds, takes a step and is what its name says."""

import re
from pathlib import Path

import pytest
import torch
from mmengine.config import Config
from mmengine.registry import DefaultScope

from mcf.registry import MODELS
from tests.test_configs.shrinking import shrink_backbone, shrink_teacher

FOLDER = Path(__file__).parents[2] / "configs/pretrain"
CONFIGS = sorted(FOLDER.glob("direct_*.py"))
NAME = re.compile(
    r"direct_vit-(?P<size>tiny|base)-p(?P<patch>\d+)"
    r"_(?P<gpus>\d+)xb(?P<batch>\d+)(-accum(?P<accum>\d+))?-(?P<precision>amp|fp32)"
    r"-coslr-(?P<epochs>\d+)e_(?P<data>[a-z]+)-(?P<side>\d+)"
)


@pytest.fixture(params=CONFIGS, ids=[path.stem for path in CONFIGS])
def config(request):
    return Config.fromfile(request.param)


def targets(config):
    """Configs of the ``mcf.TeacherCells`` in the order of their taps."""
    generator = config.model.target_generator
    return generator.get("teachers", [generator])


def teachers(config):
    """Configs of the teachers, which a cache may hold."""
    inner = [target.teacher for target in targets(config)]
    return [t.teacher if t.type == "mcf.CachedTeacher" else t for t in inner]


def test_name_says_what_the_config_does(config):
    name, model = NAME.fullmatch(Path(config.filename).stem).groupdict(), config.model
    assert model.type == "mcf.FeaturePrediction"
    assert model.backbone.img_size == model.neck.img_size == int(name["side"])
    assert model.backbone.patch_size == model.neck.patch_size == int(name["patch"])
    width = dict(tiny=192, base=768)[name["size"]]
    assert model.neck.encoder_dims == width
    assert config.train_dataloader.batch_size == int(name["batch"])
    wrapper = config.optim_wrapper
    assert wrapper.get("accumulative_counts", 1) == int(name["accum"] or 1)
    assert (wrapper.type == "mcf.AmpOptimWrapper") == (name["precision"] == "amp")
    assert config.train_cfg.max_epochs == int(name["epochs"])
    assert config.param_scheduler[-1].end == int(name["epochs"])


def test_teacher_sees_no_fewer_pixels_than_the_student(config):
    for teacher in teachers(config):
        assert teacher.input_size >= config.model.backbone.img_size


def test_what_is_kept_on_disk_is_not_augmented(config):
    pipeline = config.train_dataloader.dataset.dataset.pipeline
    random = any("Random" in step.type for step in pipeline)
    cached = [t.teacher.type == "mcf.CachedTeacher" for t in targets(config)]
    assert any(cached) != random


def test_pictures_of_pseudo_images_are_not_asked_for(config):
    hooks = {hook["type"] for hook in config.custom_hooks}
    assert "mcf.ReconstructionHook" not in hooks
    assert {"mcf.ExportBackboneHook", "mcf.SeedIterationHook"} <= hooks


def test_takes_a_training_step_with_the_outputs_of_its_teachers(config, tmp_path):
    model = config.model
    for i, (target, teacher) in enumerate(zip(targets(config), teachers(config))):
        if target.teacher.type == "mcf.CachedTeacher":
            target.teacher.folder = str(tmp_path / "features")
        shrink_teacher(teacher, tmp_path / f"teacher_{i}")
    width = shrink_backbone(model.backbone)
    model.neck.update(encoder_dims=width, embed_dims=16, num_heads=2)
    if len(teachers(config)) > 1:  # taps of the teacher made tiny
        model.neck.outputs = [width if n == 768 else n for n in model.neck.outputs]
    with DefaultScope.overwrite_default_scope("mmpretrain"):
        built = MODELS.build(model)
        built.init_weights()
    side = model.backbone.img_size
    loss = built.loss(torch.randn(2, 3, side, side))["loss_feature"]
    loss.backward()
    assert torch.isfinite(loss)
    without = {n for n, p in built.named_parameters() if p.grad is None}
    assert without == {"backbone.pos_embed", "neck.decoder_pos_embed"}
