"""Key maps between ViT checkpoint formats, as pure functions on state dicts."""

from collections.abc import Mapping
from itertools import product

import torch
from torch import Tensor

from .backbone import ANCHORS, check_backbone, few, flavour_of, vit_config
from .formats import FORMATS, Format, get_format
from .lora import merge_lora
from .rules import inverse, matches_any, rename
from .wrappers import COUNTERS, module_prefixes, outside_modules, unwrapped

State = dict[str, Tensor]


def find_format(state: Mapping[str, Tensor]) -> tuple[Format, str] | None:
    """First format, with its prefix, whose encoder the names show; None if none.

    Wrappers of training are no sign of a format: names are tried without them, too.
    """
    state = unwrapped(state)
    for module, fmt in product(module_prefixes(state), FORMATS.values()):
        anchors = [rename(name, inverse(fmt.rules)) for name in ANCHORS]
        for prefix in fmt.prefixes:
            names = (*anchors, *fmt.signature)
            if all(module + prefix + name in state for name in names):
                return fmt, module + prefix
    return None


def detect_format(state: Mapping[str, Tensor]) -> str:
    """Name of the format that a state dict is written in.

    MAE's encoder-only files have exactly timm's names and are reported as ``timm``.

    Raises:
        ValueError: If the names show no ViT that the key maps know.
    """
    found = find_format(state)
    if found is None:
        raise ValueError(
            f"no known ViT among the keys {few(state)}; known formats are "
            f"{list(FORMATS)}"
        )
    return found[0].name


def find_prefix(state: Mapping[str, Tensor], fmt: Format) -> str:
    """Prefix under which the state dict has names of the format.

    Raises:
        ValueError: If there is nothing under any of the format's prefixes.
    """
    state = unwrapped(state)
    modules = module_prefixes(state)
    for prefix in (
        *(module + prefix for module, prefix in product(modules, fmt.prefixes)),
        *fmt.named_prefixes,
    ):
        for name in state:
            inside = name.removeprefix(prefix)
            if name.startswith(prefix) and rename(inside, fmt.rules):
                return prefix
    raise ValueError(
        f"nothing of format {fmt.name!r} under the prefix "
        f"{' or '.join(map(repr, fmt.prefixes))}; the keys are {few(state)}. "
        "Choose another source, or 'auto' to detect it"
    )


def dropped_names(state: Mapping[str, Tensor], source: str = "auto") -> list[str]:
    """Names of the file that :func:`to_mmpretrain` leaves behind."""
    state = unwrapped(state)
    fmt = get_format(detect_format(state) if source == "auto" else source)
    prefix = find_prefix(state, fmt)
    return [name for name in state if _is_dropped(name, prefix, fmt)]


def _is_dropped(name: str, prefix: str, fmt: Format) -> bool:
    if name.startswith(prefix):
        return matches_any(name.removeprefix(prefix), fmt.drop_inside)
    if name in COUNTERS:
        return True
    return matches_any(name, fmt.drop_outside) or matches_any(
        outside_modules(name), fmt.drop_outside
    )


def other_encoders(state: Mapping[str, Tensor], source: str = "auto") -> list[str]:
    """Prefixes of the file's encoders that :func:`to_mmpretrain` does not take."""
    state = unwrapped(state)
    fmt = get_format(detect_format(state) if source == "auto" else source)
    anchor = rename("pos_embed", inverse(fmt.rules))
    taken = find_prefix(state, fmt) + anchor
    ends = [name for name in state if f".{name}".endswith(f".{anchor}")]
    return [name.removesuffix(anchor) for name in ends if name != taken]


def to_mmpretrain(state: Mapping[str, Tensor], source: str = "auto") -> State:
    """Backbone under the names of mmpretrain's ``VisionTransformer``, no prefix.

    Tensors are those of ``state``, not copies, but for queries, keys and values that
    the format keeps apart and for weights with low-rank additions, which are merged.

    Args:
        state: State dict in the format ``source``, already out of its top-level key.
        source: Name in ``FORMATS``, or ``auto`` for :func:`detect_format`.

    Raises:
        ValueError: If the prefix matches nothing, a name is neither renamed nor in
            the format's drop list, a tensor of the ViT is missing, or shapes clash.
    """
    state = unwrapped(state)
    fmt = get_format(detect_format(state) if source == "auto" else source)
    prefix = find_prefix(state, fmt)
    axes = dict(fmt.missing_axes)
    backbone: State = {}
    unexpected = []
    for name, tensor in merge_lora(state).items():
        ours = None
        if name.startswith(prefix):
            ours = rename(name.removeprefix(prefix), fmt.rules)
        if ours is not None:
            backbone[ours] = tensor[(None,) * axes.get(ours, 0)]
        elif not _is_dropped(name, prefix, fmt):
            unexpected.append(name)
    if unexpected:
        raise ValueError(
            f"unexpected {few(unexpected)} in format {fmt.name!r}; name the right "
            f"source out of {list(FORMATS)}"
        )
    if fmt.split_qkv:
        backbone = _join_qkv(backbone)
    check_backbone(backbone, final_norm_optional=fmt.final_norm_optional)
    _check_flavour(backbone, fmt)
    return backbone


def from_mmpretrain(
    state: Mapping[str, Tensor], target: str, *, prefix: str | None = None
) -> State:
    """Backbone under the names of another format.

    Args:
        state: Canonical state dict; the final norm may be absent.
        target: Name in ``FORMATS``.
        prefix: What the names shall begin with; None for the format's own.

    Raises:
        ValueError: If the state is no complete ViT or of a family that the format
            cannot hold (CLIP's norm before the first layer in timm's names, ...).
    """
    fmt = get_format(target)
    check_backbone(state, final_norm_optional=True)
    _check_flavour(state, fmt)
    prefix = fmt.prefixes[0] if prefix is None else prefix
    rules = inverse(fmt.rules)
    axes = dict(fmt.missing_axes)
    if fmt.split_qkv:
        state = _split_qkv(state)
    return {
        prefix + rename(name, rules): tensor[(0,) * axes.get(name, 0)]
        for name, tensor in state.items()
    }


def _join_qkv(state: Mapping[str, Tensor]) -> State:
    """State with ``attn.q``, ``attn.k`` and ``attn.v`` as one ``attn.qkv``.

    An incomplete triple stays as it is, for the check that comes after to name.
    """
    joined = dict(state)
    for name in state:
        three = [name.replace(".attn.q.", f".attn.{part}.") for part in "qkv"]
        if ".attn.q." in name and all(part in state for part in three):
            tensors = [joined.pop(part) for part in three]
            joined[name.replace(".attn.q.", ".attn.qkv.")] = torch.cat(tensors)
    return joined


def _split_qkv(state: Mapping[str, Tensor]) -> State:
    """Inverse of :func:`_join_qkv`."""
    split: State = {}
    for name, tensor in state.items():
        if ".attn.qkv." not in name:
            split[name] = tensor
            continue
        for part, third in zip("qkv", tensor.chunk(3), strict=True):
            split[name.replace(".attn.qkv.", f".attn.{part}.")] = third
    return split


def _check_flavour(state: Mapping[str, Tensor], fmt: Format) -> None:
    flavour = flavour_of(state)
    if flavour not in fmt.flavours:
        raise ValueError(
            f"format {fmt.name!r} cannot hold this ViT of the {flavour.name} family; "
            f"formats that can: "
            f"{[f.name for f in FORMATS.values() if flavour in f.flavours]}"
        )


def backbone_config(
    state: Mapping[str, Tensor], source: str = "auto", *, num_heads: int | None = None
) -> dict:
    """Config of mmpretrain's ``VisionTransformer`` that fits the file's backbone.

    Sizes come from shapes; LN epsilon, activation and pre-norm from the family
    (protocol §5.2, §5.3). ``final_norm`` is True where the file has that norm: for
    dense tasks on raw block outputs set it False and add ``out_type='featmap'``.

    Args:
        state: State dict in the format ``source``.
        source: As for :func:`to_mmpretrain`.
        num_heads: Attention heads; None for 64 channels a head, with MoCo v3's ViT-S
            and mmpretrain's named ViTs as exceptions.
    """
    fmt = get_format(detect_format(state) if source == "auto" else source)
    return vit_config(to_mmpretrain(state, fmt.name), fmt, num_heads=num_heads)
