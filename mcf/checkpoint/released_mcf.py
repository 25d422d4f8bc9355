"""Names of the whole released MCF model and of ours (``models_mcf.py``, protocol §1.3).

The released ``online_encoder`` and ``target_encoder`` hold backbone and projector
(``fc``) together; ours are siblings.
"""

from collections.abc import Mapping

from torch import Tensor

from .backbone import few
from .rules import TIMM_RULES, Rules, inverse, matches_any, rename

# Linear, BN, ReLU, Linear, BN of the released nn.Sequential; the ReLU has no weights.
MLP_RULES: Rules = (("0.", "fc0."), ("1.", "bn0."), ("3.", "fc1."), ("4.", "bn1."))
DECODER_RULES: Rules = (
    ("mask_token", "mask_token"),
    ("decoder_pos_embed", "decoder_pos_embed"),
    ("decoder_embed.", "decoder_embed."),
    *(
        ("decoder_" + theirs, "decoder_blocks" + ours.removeprefix("layers"))
        for theirs, ours in TIMM_RULES
        if theirs.startswith("blocks.")
    ),
    ("decoder_norm.", "ln1."),
    ("decoder_pred.", "decoder_pred."),
)


def _under(theirs: str, ours: str, rules: Rules) -> Rules:
    return tuple((theirs + old, ours + new) for old, new in rules)


MODEL_RULES: Rules = (
    *_under("online_encoder.fc.", "projector.", MLP_RULES),
    *_under("online_encoder.", "backbone.", TIMM_RULES),
    *_under("target_encoder.fc.", "momentum_encoder.module.projector.", MLP_RULES),
    *_under("target_encoder.", "momentum_encoder.module.backbone.", TIMM_RULES),
    *_under("predictor.", "head.predictor.", MLP_RULES),
    *_under("", "neck.", DECODER_RULES),
    *_under("perceptual_loss.model.", "target_generator.model.", TIMM_RULES),
)
# The teacher's classifier is built by timm's defaults and never used.
UNUSED = (r"perceptual_loss\.model\.head\..*",)


def released_mcf_state(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """State of the whole released model under the names of ``mcf.MCF``.

    Covers backbone, neck, projector, predictor, momentum encoder and the teacher
    (``target_generator.model.``, in the names of mmpretrain's ViT).

    Raises:
        ValueError: If a name is not one of the released model.
    """
    kept = [name for name in state if not matches_any(name, UNUSED)]
    renamed = {name: rename(name, MODEL_RULES) for name in kept}
    unknown = [name for name, ours in renamed.items() if ours is None]
    if unknown:
        raise ValueError(
            f"not names of the released MCF model: {few(unknown)}; give the content "
            "of the file's `model` key"
        )
    return {ours: state[name] for name, ours in renamed.items()}


def released_name(name: str) -> str:
    """Name in the released model of a parameter or buffer of ``mcf.MCF``.

    Raises:
        ValueError: If the released model has no such tensor.
    """
    theirs = rename(name, inverse(MODEL_RULES))
    if theirs is None:
        raise ValueError(f"the released MCF model has no counterpart of {name!r}")
    return theirs
