"""What files may name: the lists are those of the libraries, and sizes are limited."""

import inspect

import pytest
import torch
from mmpretrain.models import VisionTransformer

from mcf.checkpoint import AllocationLimit, declared_network
from mcf.checkpoint.allocation import SPARE, stored_bytes
from mcf.checkpoint.declared_network import NETWORKS, VITS
from mcf.crops.recipes import BORDERS, KINDS, RECIPES
from mcf.registry import MODELS, registry_scope
from mcf.utils.declared import RECIPE_KINDS, crop_recipe


@pytest.mark.parametrize("name", NETWORKS)
def test_settings_are_those_of_the_class(name):
    known = set()
    with registry_scope("mmpretrain"):
        kinds = MODELS.get(name).__mro__
    for kind in kinds:
        known |= set(inspect.signature(kind.__init__).parameters)
    assert set(NETWORKS[name]) <= known


def test_names_are_those_of_the_libraries():
    added_by_moco = {"mocov3-s", "mocov3-small"}  # once its own ViT is imported
    assert set(VITS.split()) == set(VisionTransformer.arch_zoo) - added_by_moco
    assert set(RECIPE_KINDS) == set(KINDS)
    for recipe in RECIPES.values():
        for border in BORDERS:
            values = recipe.to_dict() | dict(border=border)
            assert crop_recipe(values) == values


def test_files_that_a_config_names_are_left_out_unread():
    init = dict(type="Pretrained", checkpoint="/etc/hostname")
    inner = dict(type="mcf.TimmBackbone", name="resnet18", checkpoint="/etc/hostname")
    found = declared_network(
        dict(type="mcf.MaskedBackbone", network=inner, init_cfg=init)
    )
    assert found["network"] == dict(type="mcf.TimmBackbone", name="resnet18")
    assert "init_cfg" not in found


def test_large_tensors_are_refused_before_they_are_made():
    small = torch.zeros(4)
    with AllocationLimit([small]):
        assert torch.ones(3).sum() == 3
        with pytest.raises(ValueError, match="larger than its 16 bytes"):
            torch.empty(10**13)
    with AllocationLimit([small]), pytest.raises(ValueError, match="is not made"):
        for _ in range(4):
            torch.empty(SPARE // 12)


def test_shapes_without_memory_behind_them_do_not_count():
    small = torch.zeros(4)
    claims = [small.expand(10**6, 4), torch.empty(10**9, device="meta")]
    assert stored_bytes([small, small[:2], *claims]) == 16
