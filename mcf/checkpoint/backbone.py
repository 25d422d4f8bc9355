"""What a canonical ViT state says about its network: sizes, completeness, config."""

import math
import re
from collections.abc import Iterable, Mapping

from mmpretrain.models import VisionTransformer
from torch import Tensor

from .declared_network import declared_network
from .formats import CLIP, PLAIN, SCALED, Flavour, Format

ANCHORS = ("cls_token", "pos_embed", "patch_embed.projection.weight")
FIRST_HIDDEN = "layers.0.ffn.layers.0.0.weight"
FIRST_SCALE = "layers.0.attn.gamma1.weight"


def few(names: Iterable[str], limit: int = 5) -> str:
    """A few of the names and how many more there are, for error messages."""
    names = list(names)
    rest = f" and {len(names) - limit} more" if len(names) > limit else ""
    return ", ".join(names[:limit]) + rest


def flavour_of(state: Mapping[str, Tensor]) -> Flavour:
    """Family of the ViT, by the tensors that only one family has."""
    if "pre_norm.weight" in state:
        return CLIP
    return SCALED if FIRST_SCALE in state else PLAIN


def arch_of(state: Mapping[str, Tensor]) -> dict[str, int]:
    """Widths and depth of a canonical state that has its anchors and first layer."""
    layers = {int(i) for name in state for i in re.findall(r"^layers\.(\d+)\.", name)}
    return dict(
        embed_dims=state["patch_embed.projection.weight"].shape[0],
        num_layers=1 + max(layers),
        feedforward_channels=state[FIRST_HIDDEN].shape[0],
    )


def square_side(positions: int) -> int:
    """Side of the patch grid behind a number of positions, class token included.

    Raises:
        ValueError: If they are not a class token plus a square.
    """
    side = math.isqrt(max(positions - 1, 0))
    if side == 0 or side**2 + 1 != positions:
        raise ValueError(
            f"pos_embed with {positions} positions is not a class token plus a square "
            "grid of patches"
        )
    return side


def backbone_shapes(
    state: Mapping[str, Tensor], *, final_norm: bool = True
) -> dict[str, tuple[int, ...]]:
    """Name and shape of every tensor that a complete ViT of these sizes has.

    Sizes are read off the patch embedding [C,3,P,P], the positions [1,1+L,C] and the
    first layer's hidden width.
    """
    arch = arch_of(state)
    dims, hidden = arch["embed_dims"], arch["feedforward_channels"]
    norm = {"weight": (dims,), "bias": (dims,)}

    def linear(out: int, into: int) -> dict[str, tuple[int, ...]]:
        return {"weight": (out, into), "bias": (out,)}

    flavour = flavour_of(state)
    patch = state["patch_embed.projection.weight"].shape
    projection = {"weight": (dims, *patch[1:2], *patch[-1:] * 2)}
    parts = {"patch_embed.projection": projection}
    if flavour.pre_norm:
        parts["pre_norm"] = norm
    else:
        projection["bias"] = (dims,)
    for i in range(arch["num_layers"]):
        parts[f"layers.{i}.ln1"] = norm
        parts[f"layers.{i}.attn.qkv"] = linear(3 * dims, dims)
        parts[f"layers.{i}.attn.proj"] = linear(dims, dims)
        parts[f"layers.{i}.ln2"] = norm
        parts[f"layers.{i}.ffn.layers.0.0"] = linear(hidden, dims)
        parts[f"layers.{i}.ffn.layers.1"] = linear(dims, hidden)
        if flavour.layer_scale:
            parts[f"layers.{i}.attn.gamma1"] = {"weight": (dims,)}
            parts[f"layers.{i}.ffn.gamma2"] = {"weight": (dims,)}
    if final_norm:
        parts["ln1"] = norm
    shapes = {
        f"{part}.{leaf}": shape
        for part, leaves in parts.items()
        for leaf, shape in leaves.items()
    }
    positions = tuple(state["pos_embed"].shape[1:2])
    return {"cls_token": (1, 1, dims), "pos_embed": (1, *positions, dims), **shapes}


def check_backbone(
    state: Mapping[str, Tensor], *, final_norm_optional: bool = False
) -> None:
    """Refuse a canonical state that is not exactly one complete ViT.

    Raises:
        ValueError: Naming the missing, unexpected or ill-shaped tensors.
    """
    absent = [name for name in (*ANCHORS, FIRST_HIDDEN) if name not in state]
    if absent:
        raise ValueError(f"no {few(absent)}: not a complete ViT with a class token")
    layers = arch_of(state)["num_layers"]
    if layers > len(state):
        raise ValueError(f"{len(state)} tensors are no ViT of {layers} layers")
    final_norm = "ln1.weight" in state or not final_norm_optional
    shapes = backbone_shapes(state, final_norm=final_norm)
    missing = [name for name in shapes if name not in state]
    if missing:
        raise ValueError(f"missing {few(missing)} (names of mmpretrain's ViT)")
    unexpected = [name for name in state if name not in shapes]
    if unexpected:
        raise ValueError(
            f"unexpected {few(unexpected)} (names of mmpretrain's ViT): this kind of "
            "ViT is not one that the key maps cover"
        )
    clashes = [
        f"{name} is {tuple(state[name].shape)}, not {shape}"
        for name, shape in shapes.items()
        if tuple(state[name].shape) != shape
    ]
    if clashes:
        raise ValueError(f"shapes that do not fit together: {few(clashes)}")
    square_side(state["pos_embed"].shape[1])


def num_heads_of(arch: dict[str, int], fmt: Format) -> int:
    """Attention heads, which no weight shows: by format, known arch, or 64 channels.

    The known ones are mmpretrain's named ViTs (huge has 16 heads of 80 channels);
    MoCo v3's ViT-S has 12 (protocol §5.2).

    Raises:
        ValueError: If the width is no multiple of 64 and the arch is not known.
    """
    dims = arch["embed_dims"]
    if dims in dict(fmt.heads):
        return dict(fmt.heads)[dims]
    for known in VisionTransformer.arch_zoo.values():
        if arch.items() <= known.items():
            return known["num_heads"]
    if dims % 64:
        raise ValueError(
            f"a width of {dims} does not tell the number of attention heads; "
            "give num_heads"
        )
    return dims // 64


def stated_heads(meta: Mapping) -> int | None:
    """Attention heads by what a file says of its backbone, None if it does not say.

    Raises:
        ValueError: If what it says is no network that a file may name.
    """
    if meta.get("backbone") is None:
        return None
    arch = declared_network(meta["backbone"]).get("arch", {})
    if isinstance(arch, str):
        arch = VisionTransformer.arch_zoo.get(arch, {})
    return arch.get("num_heads")


def vit_config(
    state: Mapping[str, Tensor], fmt: Format, *, num_heads: int | None = None
) -> dict:
    """Config of the mmpretrain ``VisionTransformer`` that a canonical state fits.

    Raises:
        ValueError: If the number of heads is unknown or does not divide the width.
    """
    arch = arch_of(state)
    flavour = flavour_of(state)
    num_heads = num_heads or num_heads_of(arch, fmt)
    if num_heads < 1 or arch["embed_dims"] % num_heads:
        raise ValueError(
            f"num_heads={num_heads} does not divide the width {arch['embed_dims']}"
        )
    _, in_channels, _, patch_size = state["patch_embed.projection.weight"].shape
    scale = dict(layer_scale_init_value=1e-5) if flavour.layer_scale else {}
    return dict(
        type="mmpretrain.VisionTransformer",
        arch=dict(**arch, num_heads=num_heads),
        img_size=patch_size * square_side(state["pos_embed"].shape[1]),
        patch_size=patch_size,
        in_channels=in_channels,
        norm_cfg=dict(type="LN", eps=flavour.ln_eps),
        layer_cfgs=dict(act_cfg=dict(type=flavour.act)),
        pre_norm=flavour.pre_norm,
        final_norm="ln1.weight" in state,
        **scale,
    )
