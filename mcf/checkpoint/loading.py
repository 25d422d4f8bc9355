"""Checkpoints as a backbone in mmpretrain's names, or in a whole module."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import product
from pathlib import Path

from mmengine.logging import MMLogger
from mmpretrain.models.utils import resize_pos_embed
from torch import Tensor, nn

from .backbone import few, flavour_of, square_side
from .formats import CLIP
from .key_maps import (
    State,
    find_format,
    from_mmpretrain,
    other_encoders,
    to_mmpretrain,
)
from .lora import is_lora
from .reading import CheckpointFile
from .rules import inverse, rename
from .wrappers import module_prefixes, unwrapped

# What a network may have or lack without being another one: a classifier, as timm,
# torchvision, mmpretrain and efficientnet-lite call it; the norm that mmpretrain's Swin
# and ConvNeXt put behind each stage that is used; the trained filling of hidden cells
# that mcf.MaskedBackbone adds to any network.
OPTIONAL = re.compile(
    r"(network\.)?((head|heads|head_dist|fc|_fc|classifier)\..*|norm\d\.(weight|bias))"
    "|filling"
)
# Where a network that is no ViT lies in the files of those who trained it: our own
# pre-training (adapters call their network ``network`` or ``model``), any OpenMMLab
# model, Bulat et al. (protocol §5.1).
INSIDE = ("backbone.network.", "backbone.", "network.", "module.base_net.")
# A counter that old files lack and that no network output depends on.
COUNTER = re.compile(r"(.*\.)?num_batches_tracked")


@contextmanager
def _naming(name: str) -> Iterator[None]:
    """Put the file's name before what the pure functions have to say."""
    try:
        yield
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from error


def resize_positions(state: State, grid: tuple[int, int]) -> State:
    """Canonical state whose positions fit a (height, width) grid of patches, bicubic.

    Raises:
        ValueError: If the state's own positions are no square grid.
    """
    side = square_side(state["pos_embed"].shape[1])
    positions = resize_pos_embed(state["pos_embed"], (side, side), grid, "bicubic")
    return {**state, "pos_embed": positions}


def load_backbone(
    path: str | Path,
    *,
    source: str = "auto",
    img_size: int | tuple[int, int] | None = None,
    part: str | None = None,
) -> State:
    """Backbone of a checkpoint in the names of mmpretrain's ViT, without prefix.

    Args:
        path: The file, or ``package://<package>/<file>``.
        source: Format name, or ``auto`` to detect it.
        img_size: Side or (height, width) in pixels to resize the positions to; None
            leaves them.
        part: As for :meth:`CheckpointFile.state`.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: Naming the file, for all that
            :func:`~mcf.checkpoint.key_maps.to_mmpretrain` refuses and for an
            image size that the patch size does not divide.
    """
    file = CheckpointFile(path)
    return backbone_state(file.state(part), file.name, source=source, img_size=img_size)


def backbone_state(
    state: State,
    name: str,
    *,
    source: str = "auto",
    img_size: int | tuple[int, int] | None = None,
) -> State:
    """:func:`load_backbone` of a state that has been read; ``name`` is its file's."""
    with _naming(name):
        state = to_mmpretrain(state, source)
        if img_size is None:
            return state
        size = (img_size, img_size) if isinstance(img_size, int) else img_size
        patch = state["patch_embed.projection.weight"].shape[-1]
        if any(side <= 0 or side % patch for side in size):
            raise ValueError(f"img_size {img_size} is no multiple of the patch {patch}")
        return resize_positions(state, (size[0] // patch, size[1] // patch))


def load_strict(model: nn.Module, path: str | Path, *, source: str = "auto") -> None:
    """Load weights into a module, all of them or none.

    The released code trains against a random teacher when this fails silently
    (protocol §1.4). Only a classification head, norms behind stages and the last norm
    of a ViT that is built without one may be missing or left over. A ViT's file may be
    in any known format, whatever the format of the module; its positions are resized to
    the module's. Any other network may be a part of the file's model: MCF's or an
    OpenMMLab model's ``backbone``, whose rest is left out.

    Args:
        model: Any module; a ViT in timm's or mmpretrain's names is recognised.
        path: The file, or ``package://<package>/<file>``.
        source: ``raw`` takes the names as they are; ``auto`` does so where they fit
            and else goes through the key maps; a format name demands that format.
            ``raw`` and ``mmpretrain`` also load weights of CLIP's names into layers
            that are not CLIP's.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: Naming the file and the keys that are missing, left over or of
            another shape, or the layers that compute otherwise than CLIP's (FaRL's)
            weights need.
    """
    file = CheckpointFile(path)
    load_state(model, file.state(), file.name, source=source)


def load_state(
    model: nn.Module, state: State, name: str, *, source: str = "auto"
) -> None:
    """:func:`load_strict` of a state that has been read; ``name`` is its file's."""
    wanted = model.state_dict()
    with _naming(name):
        as_it_is = source == "raw" or (source == "auto" and not _faults(wanted, state))
        if not as_it_is:
            state = _translate(state, source, wanted)
        faults = _faults(wanted, state)
        if faults:
            raise ValueError(
                f"does not fit {type(model).__name__}: {'; '.join(faults)}. Give the "
                "file of this architecture, or change the architecture in the config"
            )
        if source not in ("raw", "mmpretrain"):
            _check_layers(model, wanted)
        fitting = {key: tensor for key, tensor in state.items() if key in wanted}
        if not fitting:
            raise ValueError(f"shares no tensor with {type(model).__name__}")
    model.load_state_dict(fitting, strict=False)
    logger = MMLogger.get_current_instance()
    logger.info(
        f"Loaded {len(fitting)} tensors from {name} into {type(model).__name__}"
    )
    absent = [n for n in wanted if n not in state and OPTIONAL.fullmatch(n)]
    if absent:
        logger.warning(f"{name} has no {few(absent)}: what they had at the start stays")


def _check_layers(model: nn.Module, wanted: Mapping[str, Tensor]) -> None:
    """Refuse CLIP's weights in a ViT of mmpretrain that computes otherwise.

    Names and shapes fit all the same, so nothing else would tell.
    """
    found = find_format(wanted)
    if found is None or not found[0].name.startswith("mmpretrain"):
        return
    prefix = found[1]
    if flavour_of({n.removeprefix(prefix): t for n, t in wanted.items()}) != CLIP:
        return
    layer = model.get_submodule(f"{prefix}layers.0")
    need = CLIP.ln_eps, CLIP.act.rpartition(".")[2]
    has = layer.ln1.eps, type(layer.ffn.layers[0][1]).__name__
    if has != need:
        raise ValueError(
            f"weights of CLIP's family need LayerNorm with eps {need[0]} and "
            f"{need[1]}, and {type(model).__name__} has eps {has[0]} and {has[1]}: set "
            f"norm_cfg=dict(type='LN', eps={CLIP.ln_eps}) and layer_cfgs=dict("
            f"act_cfg=dict(type={CLIP.act!r})), as configs/parsing/"
            "farl_vit-base-p16_uper_8xb5-fp32-300e_lapa-512.py does. If they were "
            "trained with other layers, load them with source 'mmpretrain'"
        )


def _translate(state: State, source: str, wanted: Mapping[str, Tensor]) -> State:
    """File's state in the names and the number of positions of a ViT module."""
    found = find_format(wanted)
    if found is None:
        if source == "auto":
            return _part(state, wanted)
        raise ValueError(
            "the model is no ViT that the key maps know, so it takes source 'raw', "
            f"not {source!r}"
        )
    fmt, prefix = found
    backbone = to_mmpretrain(state, source)
    if others := other_encoders(state, source):
        MMLogger.get_current_instance().info(
            f"Of several encoders this one is not taken: {few(map(repr, others))}"
        )
    positions = wanted[prefix + rename("pos_embed", inverse(fmt.rules))]
    side = square_side(positions.shape[-2])
    backbone = resize_positions(backbone, (side, side))
    if prefix + rename("ln1.weight", inverse(fmt.rules)) not in wanted:
        backbone = {k: v for k, v in backbone.items() if not k.startswith("ln1.")}
    return from_mmpretrain(backbone, fmt.name, prefix=prefix)


def _part(state: State, wanted: Mapping[str, Tensor]) -> State:
    """What lies under the first prefix behind which a module finds all its names.

    The module may itself be an adapter that calls its network ``network``.
    """
    needed = {
        n for n in wanted if not OPTIONAL.fullmatch(n) and not COUNTER.fullmatch(n)
    }
    state = unwrapped(state)
    places = product(module_prefixes(state), ("", *INSIDE))
    for (module, inside), ours in product(places, ("", "network.")):
        theirs = module + inside
        part = {
            ours + name.removeprefix(theirs): tensor
            for name, tensor in state.items()
            if name.startswith(theirs)
        }
        if needed <= part.keys():
            return part
    return state


def _faults(wanted: Mapping[str, Tensor], state: Mapping[str, Tensor]) -> list[str]:
    """What keeps a module from taking a state, apart from what is optional."""
    missing = [
        name
        for name in wanted
        if name not in state
        and not is_lora(name)
        and not OPTIONAL.fullmatch(name)
        and not COUNTER.fullmatch(name)
    ]
    left_over = [n for n in state if n not in wanted and not OPTIONAL.fullmatch(n)]
    clashes = [
        f"{name} {tuple(state[name].shape)} for {tuple(wanted[name].shape)}"
        for name in wanted
        if name in state and state[name].shape != wanted[name].shape
    ]
    found = {"missing": missing, "left over": left_over, "of another shape": clashes}
    return [f"{fault}: {few(names)}" for fault, names in found.items() if names]
