"""Rename rules between ViT checkpoints, as data (protocol §5.2, §5.3).

A rule is a pair (their name, canonical name); canonical is mmpretrain's
``VisionTransformer`` without prefix. ``{i}`` stands for a layer index, and a name
ending in a dot for everything one level below it, so rules read both ways.
"""

import re
from collections.abc import Iterable

Rules = tuple[tuple[str, str], ...]

TIMM_RULES: Rules = (
    ("cls_token", "cls_token"),
    ("pos_embed", "pos_embed"),
    ("patch_embed.proj.", "patch_embed.projection."),
    ("blocks.{i}.norm1.", "layers.{i}.ln1."),
    ("blocks.{i}.attn.qkv.", "layers.{i}.attn.qkv."),
    ("blocks.{i}.attn.proj.", "layers.{i}.attn.proj."),
    ("blocks.{i}.norm2.", "layers.{i}.ln2."),
    ("blocks.{i}.mlp.fc1.", "layers.{i}.ffn.layers.0.0."),
    ("blocks.{i}.mlp.fc2.", "layers.{i}.ffn.layers.1."),
    ("norm.", "ln1."),
)

DINOV2_RULES: Rules = (
    *TIMM_RULES,
    ("blocks.{i}.ls1.gamma", "layers.{i}.attn.gamma1.weight"),
    ("blocks.{i}.ls2.gamma", "layers.{i}.ffn.gamma2.weight"),
)

CLIP_RULES: Rules = (
    ("class_embedding", "cls_token"),
    ("positional_embedding", "pos_embed"),
    ("conv1.", "patch_embed.projection."),
    ("ln_pre.", "pre_norm."),
    ("transformer.resblocks.{i}.ln_1.", "layers.{i}.ln1."),
    ("transformer.resblocks.{i}.attn.in_proj_weight", "layers.{i}.attn.qkv.weight"),
    ("transformer.resblocks.{i}.attn.in_proj_bias", "layers.{i}.attn.qkv.bias"),
    ("transformer.resblocks.{i}.attn.out_proj.", "layers.{i}.attn.proj."),
    ("transformer.resblocks.{i}.ln_2.", "layers.{i}.ln2."),
    ("transformer.resblocks.{i}.mlp.c_fc.", "layers.{i}.ffn.layers.0.0."),
    ("transformer.resblocks.{i}.mlp.c_proj.", "layers.{i}.ffn.layers.1."),
    ("ln_post.", "ln1."),
)

HUGGINGFACE_RULES: Rules = (
    ("embeddings.cls_token", "cls_token"),
    ("embeddings.position_embeddings", "pos_embed"),
    ("embeddings.patch_embeddings.projection.", "patch_embed.projection."),
    ("encoder.layer.{i}.layernorm_before.", "layers.{i}.ln1."),
    ("encoder.layer.{i}.attention.attention.query.", "layers.{i}.attn.q."),
    ("encoder.layer.{i}.attention.attention.key.", "layers.{i}.attn.k."),
    ("encoder.layer.{i}.attention.attention.value.", "layers.{i}.attn.v."),
    ("encoder.layer.{i}.attention.output.dense.", "layers.{i}.attn.proj."),
    ("encoder.layer.{i}.layernorm_after.", "layers.{i}.ln2."),
    ("encoder.layer.{i}.intermediate.dense.", "layers.{i}.ffn.layers.0.0."),
    ("encoder.layer.{i}.output.dense.", "layers.{i}.ffn.layers.1."),
    ("layernorm.", "ln1."),
)
"""Queries, keys and values are tensors of their own: see ``Format.split_qkv``."""

MMPRETRAIN_RULES: Rules = tuple(
    dict.fromkeys((ours, ours) for _, ours in DINOV2_RULES + CLIP_RULES)
)


def inverse(rules: Rules) -> Rules:
    """The same rules read from right to left."""
    return tuple((ours, theirs) for theirs, ours in rules)


def rename(name: str, rules: Rules) -> str | None:
    """``name`` by the first rule that fits, None if none does."""
    for old, new in rules:
        pattern = re.escape(old).replace(r"\{i\}", r"(?P<i>\d+)")
        leaf = r"(?P<leaf>\w+)" if old.endswith(".") else r"(?P<leaf>)"
        found = re.fullmatch(pattern + leaf, name)
        if found:
            return new.replace("{i}", found.groupdict().get("i", "")) + found["leaf"]
    return None


def matches_any(name: str, patterns: Iterable[str]) -> bool:
    """Whether one of the regular expressions covers the whole name."""
    return any(re.fullmatch(pattern, name) for pattern in patterns)
