"""ViT teachers are given what the kind of their weights implies."""

from pathlib import Path

import pytest
from mmengine.config import Config, ConfigDict
from mmengine.registry import DefaultScope
from torch import nn

import mcf.models  # noqa: F401  registers the parts
from mcf.checkpoint.backbone import flavour_of
from mcf.checkpoint.formats import FORMATS, IMAGENET
from mcf.registry import MODELS

FOLDER = Path(__file__).parents[2] / "configs/_base_/teachers"
KINDS = {  # file: format of its weights, side of a patch
    "clip_vit-base-p16": ("farl", 16),
    "dino_vit-base-p16": ("timm", 16),
    "dinov2_vit-base-p14": ("dinov2", 14),
    "farl_vit-base-p16": ("farl", 16),
    "mae_vit-base-p16": ("mae", 16),
    "mocov3_vit-base-p16": ("mocov3", 16),
}
ARCH = dict(embed_dims=24, num_layers=1, num_heads=2, feedforward_channels=48)


@pytest.fixture(params=sorted(path.stem for path in FOLDER.glob("*_vit-*.py")))
def name(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def teacher(name: str) -> ConfigDict:
    return Config.fromfile(FOLDER / f"{name}.py").teacher


def test_images_are_those_the_weights_were_trained_on(name, teacher):
    # timm's names do not tell; DINO's are ImageNet's
    statistics = FORMATS[KINDS[name][0]].statistics or IMAGENET
    assert teacher["mean"] == pytest.approx(statistics.mean)
    assert teacher["std"] == pytest.approx(statistics.std)
    assert teacher["input_size"] == teacher["model"]["img_size"] == 224


def test_network_is_of_the_family_of_its_weights(name, teacher):
    kind, patch = KINDS[name]
    assert teacher.model.arch == "base"
    with DefaultScope.overwrite_default_scope("mmpretrain"):
        network = MODELS.build(teacher.model | dict(arch=ARCH))
        (flavour,) = FORMATS[kind].flavours
        activation = MODELS.get(flavour.act)
    assert flavour_of(network.state_dict()) == flavour
    assert network.patch_embed.projection.stride == (patch, patch)
    norms = [m for m in network.modules() if isinstance(m, nn.LayerNorm)]
    assert {norm.eps for norm in norms} == {flavour.ln_eps}
    assert type(network.layers[0].ffn.layers[0][1]) is activation
