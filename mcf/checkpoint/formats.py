"""The kinds of files that hold a ViT, each as one row of data (protocol §5)."""

from dataclasses import dataclass

from .rules import (
    CLIP_RULES,
    DINOV2_RULES,
    HUGGINGFACE_RULES,
    MMPRETRAIN_RULES,
    TIMM_RULES,
    Rules,
)

Statistics = tuple[float, float, float]


@dataclass(frozen=True)
class Flavour:
    """What the weights of one ViT family expect of the network around them.

    ``act`` is the activation's type in the registries. ``pre_norm`` is a norm before
    the first layer, which also takes the patch embedding's bias away. ``layer_scale``
    are learned factors on what attention and MLP add.
    """

    name: str
    pre_norm: bool
    ln_eps: float
    act: str
    layer_scale: bool = False


PLAIN = Flavour("plain", pre_norm=False, ln_eps=1e-6, act="GELU")
CLIP = Flavour("CLIP", pre_norm=True, ln_eps=1e-5, act="mmpretrain.QuickGELU")
SCALED = Flavour(
    "layer-scaled", pre_norm=False, ln_eps=1e-6, act="GELU", layer_scale=True
)


def _of_255(red: float, green: float, blue: float) -> Statistics:
    return 255 * red, 255 * green, 255 * blue


@dataclass(frozen=True)
class ImageStatistics:
    """Mean and standard deviation of the RGB input, on the 0-255 scale."""

    mean: Statistics
    std: Statistics


IMAGENET = ImageStatistics(_of_255(0.485, 0.456, 0.406), _of_255(0.229, 0.224, 0.225))
CLIP_IMAGES = ImageStatistics(
    _of_255(0.48145466, 0.4578275, 0.40821073),
    _of_255(0.26862954, 0.26130258, 0.27577711),
)


@dataclass(frozen=True)
class Format:
    """One kind of file: where the encoder is, what it is called, what it implies.

    Attributes:
        name: What users call it.
        top_level: Key of the file under which the state dict lies; None for a file
            that is the state dict.
        prefixes: Where the encoder's names begin, in the order tried; the first is
            the one written. The ``module.`` of data parallel training may precede.
        named_prefixes: Where they may also begin in a file of which the user says that
            it has this format; the names alone would not prove it.
        rules: Rename rules, theirs to canonical.
        drop_outside: Patterns of full names outside the prefix that are left behind.
        drop_inside: Patterns of names after the prefix that are left behind.
        missing_axes: Leading axes that the file's tensor lacks, by canonical name.
        flavours: The families of ViT such a file can hold.
        statistics: Input statistics the weights were trained with; None where the
            format does not fix them.
        heads: Attention heads by embedding width where 64 channels a head is wrong.
        signature: Names that tell it from a format with the same rules.
        final_norm_optional: Whether the last norm may be absent.
        split_qkv: Whether queries, keys and values are tensors of their own, which the
            rules call ``attn.q.``, ``attn.k.`` and ``attn.v.``.
    """

    name: str
    top_level: str | None
    prefixes: tuple[str, ...]
    rules: Rules
    named_prefixes: tuple[str, ...] = ()
    drop_outside: tuple[str, ...] = ()
    drop_inside: tuple[str, ...] = ()
    missing_axes: tuple[tuple[str, int], ...] = ()
    flavours: tuple[Flavour, ...] = (PLAIN,)
    statistics: ImageStatistics | None = IMAGENET
    heads: tuple[tuple[int, int], ...] = ()
    signature: tuple[str, ...] = ()
    final_norm_optional: bool = False
    split_qkv: bool = False


MAE_DECODER = (r"decoder_(embed|pos_embed|blocks|norm|pred)\b.*", r"mask_token")
MCF_REST = (
    r"(online|target)_encoder\..*",
    r"predictor\..*",
    r"perceptual_loss\.model\..*",
    *MAE_DECODER,
)

# In the order of detection: the more telling names come first.
FORMATS: dict[str, Format] = {
    row.name: row
    for row in (
        Format(
            name="mcf",
            top_level="model",
            prefixes=("online_encoder.",),
            rules=TIMM_RULES,
            drop_outside=MCF_REST,
            drop_inside=(r"fc\..*",),
        ),
        Format(
            name="mcf-target",
            top_level="model",
            prefixes=("target_encoder.",),
            rules=TIMM_RULES,
            drop_outside=MCF_REST,
            drop_inside=(r"fc\..*",),
        ),
        Format(
            name="mocov3",
            top_level="state_dict",
            prefixes=("module.base_encoder.", "base_encoder."),
            rules=TIMM_RULES,
            # Linear-probe files look as any ViT under data parallel training does.
            named_prefixes=("module.",),
            drop_outside=(r"(momentum_encoder|predictor)\..*",),
            drop_inside=(r"head\..*",),
            heads=((384, 12),),
        ),
        Format(
            name="farl",
            top_level="state_dict",
            # FaRL's parsing networks keep it under `backbone.`.
            prefixes=("visual.", "", "backbone.visual."),
            rules=CLIP_RULES,
            drop_outside=(r".*",),
            drop_inside=(r"proj", r"(lm_transformer|ln_lm|lm_head)\..*", r"mask_token"),
            missing_axes=(("cls_token", 2), ("pos_embed", 1)),
            flavours=(CLIP,),
            statistics=CLIP_IMAGES,
        ),
        Format(
            name="mae",
            top_level="model",
            prefixes=("",),
            rules=TIMM_RULES,
            drop_inside=MAE_DECODER,
            signature=("decoder_embed.weight",),
        ),
        Format(
            name="dinov2",
            top_level=None,
            prefixes=("", "backbone."),
            rules=DINOV2_RULES,
            drop_outside=(r"(head|dino_head|ibot_head)\..*",),
            drop_inside=(r"mask_token", r"head\..*"),
            flavours=(SCALED,),
            signature=("blocks.0.ls1.gamma",),
        ),
        Format(
            name="timm",
            top_level=None,
            # DINO's files keep it under `backbone.`, beside its projection head.
            prefixes=("", "backbone."),
            rules=TIMM_RULES,
            drop_outside=(r"head\..*",),
            drop_inside=(r"head\..*",),
            statistics=None,
        ),
        Format(
            name="huggingface",
            top_level=None,
            # A classifier of transformers keeps its ViT under `vit.`.
            prefixes=("", "vit."),
            rules=HUGGINGFACE_RULES,
            drop_outside=(r"classifier\..*",),
            drop_inside=(r"pooler\..*",),
            statistics=None,
            split_qkv=True,
        ),
        Format(
            name="mmpretrain",
            top_level="state_dict",
            prefixes=("", "backbone."),
            rules=MMPRETRAIN_RULES,
            drop_outside=(r".*",),
            # The norm after the average of `out_type='avg_featmap'`.
            drop_inside=(r"ln2\..*",),
            flavours=(PLAIN, CLIP, SCALED),
            statistics=None,
            final_norm_optional=True,
        ),
        Format(
            name="mmpretrain-momentum",
            top_level="state_dict",
            prefixes=("momentum_encoder.module.backbone.",),
            rules=MMPRETRAIN_RULES,
            drop_outside=(r".*",),
            drop_inside=(r"ln2\..*",),
            flavours=(PLAIN, CLIP, SCALED),
            statistics=None,
            final_norm_optional=True,
        ),
    )
}


def get_format(name: str) -> Format:
    """Format called ``name``.

    Raises:
        ValueError: If there is none.
    """
    if name not in FORMATS:
        raise ValueError(f"no checkpoint format {name!r}; choose from {list(FORMATS)}")
    return FORMATS[name]
