"""Networks that a file may name for its weights, and their settings."""

import re
from collections.abc import Mapping
from importlib.util import find_spec

from mcf.utils.declared import (
    SIZE,
    Check,
    by_type,
    flag,
    one_of,
    optional,
    real,
    several,
    shown,
    table,
    text,
    whole,
)

SCOPES = ("mcf.", "mmpretrain.", "mmengine.")
NORMS = ("LN", "LN2d", "BN", "BN2d", "SyncBN", "GN")
ACTIVATIONS = ("GELU", "QuickGELU", "ReLU", "ReLU6", "LeakyReLU", "ELU", "PReLU")
ACTIVATIONS += ("SiLU", "Swish", "HSwish", "HSigmoid", "Tanh", "Sigmoid", "Mish")
POOLING = ("", "avg", "max", "avgmax", "catavgmax", "token", "map")
TIMM_ACTIVATIONS = ("gelu", "gelu_tanh", "quick_gelu", "relu", "silu", "swish")
TIMM_NORMS = ("layernorm", "layernorm2d", "rmsnorm", "batchnorm", "batchnorm2d")
TIMM_NAME = re.compile(r"[a-zA-Z0-9_]+(\.[a-zA-Z0-9_]+)?")
"""Name of a network and tag of its weights, which are never fetched."""
VITS = "s small b base l large h huge eva-g eva-giant deit-t deit-tiny deit-s"
VITS += " deit-small deit-b deit-base dinov2-s dinov2-small dinov2-g dinov2-giant"
SIZES = "t tiny s small b base l large"
CONVNEXTS = "atto femto pico nano tiny small base large xlarge huge"


def _named(known: tuple[str, ...]) -> Check:
    """A published name, with or without the scope of a registry."""

    def check(value: object, name: str) -> str:
        value = text()(value, name)
        scope = next((s for s in SCOPES if value.startswith(s)), "")
        return one_of(*known)(value.removeprefix(scope), name)

    return check


def _arch(names: str, **settings: Check) -> Check:
    """Name of a published architecture, of any case, or its widths and depths."""

    def named(value: object, name: str) -> str:
        return one_of(*names.split())(text()(value, name).lower(), name)

    return by_type(text=named, dict=table(settings, required=tuple(settings)))


WIDTH, DEPTH, HEADS = whole(1, 2**16), whole(1, 256), whole(1, 1024)
SHARE, RATIO = real(0, 1), real(0.01, 64)
DEPTHS = several(DEPTH, 8, 1)
INDICES = by_type(number=whole(-256, 256), list=several(whole(-256, 256), 256, 1))
NORM = table(
    dict(
        type=_named(NORMS),
        eps=real(1e-12, 1),
        momentum=optional(real(0, 1)),
        requires_grad=flag,
        num_groups=whole(1, 2**16),
    ),
    required=("type",),
)
ACTIVATION = table(
    dict(type=_named(ACTIVATIONS), inplace=flag, negative_slope=real(0, 1)),
    required=("type",),
)
LAYER = table(
    dict(
        norm_cfg=NORM,
        act_cfg=ACTIVATION,
        drop_rate=SHARE,
        attn_drop_rate=SHARE,
        drop_path_rate=SHARE,
        layer_scale_init_value=real(0, 1e3),
        num_fcs=whole(2, 8),
        qkv_bias=flag,
        ffn_type=one_of("origin", "swiglu_fused"),
    )
)
_COMMON = dict(drop_path_rate=SHARE, out_indices=INDICES)
_FROZEN = dict(frozen_stages=whole(-1, 256), norm_eval=flag, with_cp=flag)
_VIT = dict(
    arch=_arch(
        VITS,
        embed_dims=WIDTH,
        num_layers=DEPTH,
        num_heads=HEADS,
        feedforward_channels=WIDTH,
    ),
    patch_size=whole(1, 256),
    norm_cfg=optional(NORM),
    layer_cfgs=optional(by_type(dict=LAYER, list=several(LAYER, 256))),
    pre_norm=flag,
    **_COMMON,
)
_MMPRETRAIN_VIT = dict(
    **_VIT,
    img_size=SIZE,
    in_channels=one_of(3),
    drop_rate=SHARE,
    qkv_bias=flag,
    final_norm=flag,
    out_type=one_of("raw", "cls_token", "featmap", "avg_featmap"),
    with_cls_token=flag,
    interpolate_mode=one_of("bicubic", "bilinear", "nearest"),
    layer_scale_init_value=real(0, 1e3),
    frozen_stages=whole(-1, 256),
    patch_cfg=table(dict(bias=flag, padding=whole(0, 64))),
)
_MAE = {
    key: check
    for key, check in _MMPRETRAIN_VIT.items()
    if key
    not in {"in_channels", "qkv_bias", "with_cls_token", "frozen_stages"}
    | {"layer_scale_init_value", "pre_norm"}
}
_RESNET = dict(
    depth=one_of(18, 34, 50, 101, 152),
    in_channels=one_of(3),
    stem_channels=WIDTH,
    base_channels=WIDTH,
    expansion=optional(whole(1, 16)),
    num_stages=whole(1, 4),
    strides=several(whole(1, 4), 4, 1),
    dilations=several(whole(1, 16), 4, 1),
    style=one_of("pytorch", "caffe"),
    deep_stem=flag,
    avg_down=flag,
    conv_cfg=one_of(None),
    norm_cfg=NORM,
    zero_init_residual=flag,
    **_COMMON,
    **_FROZEN,
)
_TIMM_SETTINGS = table(
    dict(
        img_size=SIZE,
        patch_size=whole(1, 256),
        in_chans=one_of(3),
        embed_dim=by_type(number=WIDTH, list=several(WIDTH, 8, 1)),
        depth=DEPTH,
        depths=DEPTHS,
        dims=several(WIDTH, 8, 1),
        num_heads=by_type(number=HEADS, list=several(HEADS, 8, 1)),
        mlp_ratio=RATIO,
        qkv_bias=flag,
        init_values=optional(real(0, 1e3)),
        class_token=flag,
        reg_tokens=whole(0, 64),
        no_embed_class=flag,
        dynamic_img_size=flag,
        strict_img_size=flag,
        window_size=whole(1, 32),
        output_stride=one_of(8, 16, 32),
        drop_rate=SHARE,
        drop_path_rate=SHARE,
        global_pool=one_of(*POOLING),
        act_layer=one_of(*TIMM_ACTIVATIONS),
        norm_layer=one_of(*TIMM_NORMS),
    )
)


def _timm_name(value: object, name: str) -> str:
    value = text()(value, name)
    if not TIMM_NAME.fullmatch(value):
        raise ValueError(f"{name} is {shown(value)}, which is no name of timm's list")
    if find_spec("timm") is not None:
        import timm

        if not timm.is_model(value):
            raise ValueError(f"{name} is {shown(value)}, and timm has no such model")
    return value


_PLAIN: dict[str, Mapping[str, Check]] = {
    "mcf.MaskedViT": dict(
        **_VIT,
        img_size=SIZE,
        out_type=_MMPRETRAIN_VIT["out_type"],
        final_norm=flag,
        with_cp=flag,
    ),
    "mcf.DenseViT": dict(
        **_VIT,
        input_size=SIZE,
        frozen_stages=whole(-1, 256),
        lora_rank=whole(0, 4096),
        with_cp=flag,
    ),
    "mcf.TimmBackbone": dict(
        name=_timm_name,
        out_indices=several(whole(-64, 64), 64, 1),
        norm=flag,
        settings=optional(_TIMM_SETTINGS),
        with_cp=flag,
    ),
    "mmpretrain.VisionTransformer": _MMPRETRAIN_VIT,
    "mmpretrain.MAEViT": {**_MAE, "mask_ratio": SHARE},
    "mmpretrain.MoCoV3ViT": {
        **_MMPRETRAIN_VIT,
        "stop_grad_conv1": flag,
        "norm_eval": flag,
    },
    "mmpretrain.SwinTransformer": dict(
        arch=_arch(
            SIZES, embed_dims=WIDTH, depths=DEPTHS, num_heads=several(HEADS, 8, 1)
        ),
        img_size=SIZE,
        patch_size=whole(1, 64),
        in_channels=one_of(3),
        window_size=whole(1, 32),
        drop_rate=SHARE,
        out_after_downsample=flag,
        use_abs_pos_embed=flag,
        interpolate_mode=_MMPRETRAIN_VIT["interpolate_mode"],
        pad_small_map=flag,
        norm_cfg=optional(NORM),
        **_COMMON,
        **_FROZEN,
    ),
    "mmpretrain.ConvNeXt": dict(
        arch=_arch(CONVNEXTS, depths=DEPTHS, channels=several(WIDTH, 8, 1)),
        in_channels=one_of(3),
        stem_patch_size=whole(1, 64),
        norm_cfg=NORM,
        act_cfg=ACTIVATION,
        linear_pw_conv=flag,
        use_grn=flag,
        layer_scale_init_value=real(0, 1e3),
        frozen_stages=whole(-1, 256),
        gap_before_final_norm=flag,
        with_cp=flag,
        **_COMMON,
    ),
    "mmpretrain.ResNet": _RESNET,
    "mmpretrain.ResNetV1c": _RESNET,
    "mmpretrain.ResNetV1d": _RESNET,
    "mmpretrain.HiViT": dict(
        arch=_arch(SIZES, embed_dims=WIDTH, depths=DEPTHS, num_heads=HEADS),
        img_size=SIZE,
        patch_size=whole(4, 256),
        inner_patches=whole(1, 16),
        in_chans=one_of(3),
        stem_mlp_ratio=RATIO,
        mlp_ratio=RATIO,
        qkv_bias=flag,
        qk_scale=optional(real(0, 1e3)),
        drop_rate=SHARE,
        attn_drop_rate=SHARE,
        norm_cfg=NORM,
        ape=flag,
        rpe=one_of(False),  # its table grows with the fourth power of the image
        patch_norm=flag,
        frozen_stages=whole(-1, 256),
        layer_scale_init_value=real(0, 1e3),
        **_COMMON,
    ),
}
FILES = ("init_cfg", "checkpoint")
"""Settings of a network that name files: left out unread, the weights are at hand."""


def network_name(value: object, name: str, known: Mapping[str, object]) -> str:
    """Full name of a network in a table; one without scope is mmpretrain's.

    Raises:
        ValueError: If it is not in the table.
    """
    value = text()(value, name)
    full = value if "." in value else f"mmpretrain.{value}"
    return one_of(*known)(full, name)


def _network(known: Mapping[str, Mapping[str, Check]]) -> Check:
    def check(value: object, name: str) -> dict:
        value = table_of(value, name)
        kind = network_name(value.get("type"), f"{name}.type", known)
        settings = {k: v for k, v in value.items() if k not in (*FILES, "type")}
        return dict(type=kind, **table(known[kind])(settings, f"{name} ({kind})"))

    return check


def table_of(value: object, name: str) -> Mapping:
    """The value, if it is a dict."""
    if not isinstance(value, Mapping):
        raise ValueError(f"{name} is {shown(value)}, not the config of a network")
    return value


NETWORKS: dict[str, Mapping[str, Check]] = {
    **_PLAIN,
    "mcf.MaskedBackbone": dict(
        network=_network(_PLAIN),
        img_size=SIZE,
        filling=one_of("learned", "mean"),
        with_cp=flag,
    ),
}
"""Settings that a file may give, by the published name of the network."""


def declared_network(value: object) -> dict:
    """Config of a network from a file, of known names and bounded numbers only.

    Args:
        value: What the file has under ``meta['backbone']``.

    Returns:
        The config in plain types with full names, without what names other files.

    Raises:
        ValueError: If it is none of :data:`NETWORKS`, or has other settings.
    """
    return _network(NETWORKS)(value, "backbone")
