import pytest

from mcf.checkpoint.rules import (
    CLIP_RULES,
    MMPRETRAIN_RULES,
    TIMM_RULES,
    inverse,
    matches_any,
    rename,
)


@pytest.mark.parametrize("rules", [TIMM_RULES, CLIP_RULES, MMPRETRAIN_RULES])
def test_rules_are_invertible(rules):
    for old, _ in rules:
        leaf = "weight" if old.endswith(".") else ""
        name = old.replace("{i}", "10") + leaf
        assert rename(rename(name, rules), inverse(rules)) == name


def test_layer_index_and_leaf_are_carried_over():
    assert rename("blocks.11.mlp.fc2.bias", TIMM_RULES) == "layers.11.ffn.layers.1.bias"


@pytest.mark.parametrize(
    "name", ["blocks.x.norm1.weight", "norm.a.b", "xnorm.weight", "norm.", "norm"]
)
def test_name_that_no_rule_fits_has_no_new_name(name):
    assert rename(name, TIMM_RULES) is None


def test_patterns_cover_whole_names():
    assert matches_any("head.weight", (r"head\..*",))
    assert not matches_any("x.head.weight", (r"head\..*",))
