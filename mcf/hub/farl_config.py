"""Configs of FaRL's published networks, with the sizes of their weights."""

from collections.abc import Mapping

from torch import Tensor

from mcf.checkpoint.backbone import arch_of, square_side
from mcf.checkpoint.farl import Task
from mcf.checkpoint.formats import CLIP, CLIP_IMAGES

TAPS = (3, 5, 7, 11)
"""Blocks whose outputs the dense networks fuse (protocol §2.1)."""
HEAD_CHANNELS = 64
"""Of one attention head, where nothing says otherwise."""


def farl_config(
    task: Task, state: Mapping[str, Tensor], *, num_heads: int | None = None
) -> dict:
    """Config of a network, for :class:`mmengine.config.Config`.

    Args:
        task: What it does.
        state: Its weights under our names, see :func:`mcf.checkpoint.farl.from_farl`.
        num_heads: Attention heads, which no weight tells; None for one per 64
            channels.

    Raises:
        ValueError: If tensors are missing that tell the sizes, or the width does not
            tell the number of heads.
    """
    missing = [name for name in _telling(task) if name not in state]
    if missing:
        raise ValueError(f"its weights lack {', '.join(missing)}")
    return _CONFIGS[task](state, num_heads)


def _telling(task: Task) -> list[str]:
    head = dict(
        parsing=["decode_head.conv_seg.weight"],
        landmarks=["head.conv_logits.weight"],
        attributes=["head.fc.weight"],
    )
    backbone = ("pos_embed", "patch_embed.projection.weight")
    first = "layers.0.ffn.layers.0.0.weight"
    return [*(f"backbone.{name}" for name in (*backbone, first)), *head[task]]


def _vit(state: Mapping[str, Tensor], num_heads: int | None) -> tuple[dict, int]:
    """Settings that both kinds of ViT share, and the side of their input."""
    prefix = "backbone."
    vit = {
        name.removeprefix(prefix): tensor
        for name, tensor in state.items()
        if name.startswith(prefix)
    }
    arch = arch_of(vit)
    if num_heads is None and arch["embed_dims"] % HEAD_CHANNELS:
        raise ValueError(
            f"a width of {arch['embed_dims']} does not tell the number of attention "
            "heads; give num_heads"
        )
    arch["num_heads"] = num_heads or arch["embed_dims"] // HEAD_CHANNELS
    patch = vit["patch_embed.projection.weight"].shape[-1]
    settings = dict(
        arch=arch,
        patch_size=patch,
        pre_norm=True,
        norm_cfg=dict(type="LN", eps=CLIP.ln_eps),
        layer_cfgs=dict(act_cfg=dict(type=CLIP.act)),
    )
    return settings, patch * square_side(vit["pos_embed"].shape[1])


def _dense(state: Mapping[str, Tensor], num_heads: int | None) -> tuple[dict, int]:
    """Backbone and neck of the two dense networks, and the side of their input."""
    settings, side = _vit(state, num_heads)
    backbone = dict(
        type="mcf.DenseViT", input_size=side, out_indices=list(TAPS), **settings
    )
    neck = dict(
        type="mcf.ViTFeaturePyramid",
        embed_dims=settings["arch"]["embed_dims"],
        norm_cfg=dict(type="BN"),
    )
    return dict(backbone=backbone, neck=neck), side


def _parsing(state: Mapping[str, Tensor], num_heads: int | None) -> dict:
    parts, _ = _dense(state, num_heads)
    classes, channels = state["decode_head.conv_seg.weight"].shape[:2]
    model = dict(
        type="mcf.FaceParser",
        data_preprocessor=dict(
            type="SegDataPreProcessor", bgr_to_rgb=True, **_statistics()
        ),
        decode_head=dict(
            type="UPerHead",
            in_channels=[parts["neck"]["embed_dims"]] * len(TAPS),
            in_index=[0, 1, 2, 3],
            channels=channels,
            num_classes=classes,
            norm_cfg=dict(type="BN"),
            align_corners=False,
        ),
        test_cfg=dict(mode="whole"),
        **parts,
    )
    return _config("mmseg", "mcf.parsing", model)


def _landmarks(state: Mapping[str, Tensor], num_heads: int | None) -> dict:
    parts, side = _dense(state, num_heads)
    points, channels = state["head.conv_logits.weight"].shape[:2]
    model = dict(
        type="TopdownPoseEstimator",
        data_preprocessor=dict(
            type="PoseDataPreprocessor", bgr_to_rgb=True, **_statistics()
        ),
        head=dict(
            type="mcf.HeatmapCoordHead",
            in_channels=[parts["neck"]["embed_dims"]] * len(TAPS),
            num_keypoints=points,
            channels=channels,
            norm_cfg=dict(type="BN"),
            decoder=dict(type="mcf.NormalisedPoints", input_size=(side, side)),
        ),
        test_cfg=dict(flip_test=False),
        **parts,
    )
    return _config("mmpose", "mcf.alignment", model)


def _attributes(state: Mapping[str, Tensor], num_heads: int | None) -> dict:
    settings, side = _vit(state, num_heads)
    attributes, channels = state["head.fc.weight"].shape
    model = dict(
        type="ImageClassifier",
        data_preprocessor=dict(
            type="ClsDataPreprocessor", to_rgb=True, **_statistics()
        ),
        backbone=dict(
            type="VisionTransformer",
            img_size=side,
            out_type="raw",
            final_norm=False,
            **settings,
        ),
        head=dict(
            type="mcf.PooledTokensHead", in_channels=channels, num_classes=attributes
        ),
    )
    return _config("mmpretrain", "mcf.models", model)


def _config(scope: str, module: str, model: dict) -> dict:
    imports = dict(imports=[module], allow_failed_imports=False)
    return dict(default_scope=scope, custom_imports=imports, model=model)


def _statistics() -> dict[str, list[float]]:
    return dict(mean=list(CLIP_IMAGES.mean), std=list(CLIP_IMAGES.std))


_CONFIGS = dict(parsing=_parsing, landmarks=_landmarks, attributes=_attributes)
