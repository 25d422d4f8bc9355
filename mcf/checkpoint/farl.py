"""FaRL's published downstream networks under the names of ours.

Three kinds of files: TorchScript archives of a parsing network, of the head of an
alignment network with the backbone as an extra file, and a state dict of an attribute
network. Checkpoints of FaRL's own training have the same names but for a prefix.
"""

from collections.abc import Mapping
from typing import Literal

import torch
from torch import Tensor

from .backbone import few
from .formats import CLIP_IMAGES
from .reading import CheckpointFile
from .rules import CLIP_RULES, matches_any, rename
from .safe_load import load_bytes
from .torchscript import is_torchscript, read_extra_file

State = dict[str, Tensor]
Task = Literal["landmarks", "parsing", "attributes"]

EXTRA = "backbone"
"""Extra file of an alignment archive."""
VISUAL = "backbone.visual."
UNUSED = (r"proj", r"ln_post\..*")
"""Of CLIP's image tower; in the files, but no output depends on it."""
ALIGNMENT = "head.conv_seg.weight"
SIGNATURES: dict[str, tuple[Task, str]] = {
    "head.head.conv_seg.weight": ("parsing", "head.head."),
    "heatmap_head.head.conv_seg.weight": ("landmarks", "heatmap_head.head."),
    ALIGNMENT: ("landmarks", "head."),
    "head.final_fc.weight": ("attributes", "head."),
}
"""A telling name of each kind: its task, and the prefix of its head."""
ATTRIBUTE_HEAD = (
    ("weights", "weights"),
    ("final_fc.", "fc."),
    ("norm_{i}.", "norms.{i}."),
)


def farl_task(state: Mapping[str, Tensor]) -> Task | None:
    """Task of one of FaRL's networks, by its names; None for any other network."""
    towers = (f"{VISUAL}class_embedding", "backbone.class_embedding")
    if not any(name in state for name in towers):
        return None
    found = (SIGNATURES[name][0] for name in SIGNATURES if name in state)
    return next(found, None)


def is_farl(state: object) -> bool:
    """Whether a file's content is one of FaRL's networks, or a part of one."""
    return (
        isinstance(state, Mapping)
        and all(isinstance(name, str) for name in state)
        and (farl_task(state) is not None or ALIGNMENT in state)
    )


def network_state(file: CheckpointFile) -> State:
    """State dict of a file, with the extra file of FaRL's alignment archives in it.

    Raises:
        ValueError: Naming the file, if it is damaged or holds no state dict.
    """
    state = file.state()
    if ALIGNMENT not in state or not is_torchscript(file.path):
        return state
    extra = read_extra_file(file.path, EXTRA)
    if extra is None:
        return state
    backbone = load_bytes(extra, f"{file.name}: extra file {EXTRA!r}")
    return state | {f"backbone.{name}": tensor for name, tensor in backbone.items()}


def from_farl(state: Mapping[str, Tensor]) -> State:
    """A network of FaRL's under the names of ours.

    Tensors are those of ``state``, with the axes that ours have more.

    Args:
        state: As of :func:`network_state`.

    Raises:
        ValueError: If it is none of the three, has names that are not known, or was
            trained with other image statistics.
    """
    task = farl_task(state)
    if task is None:
        raise ValueError(
            f"no downstream network of FaRL's has the names {few(state)}; known are "
            "its parsing, alignment and attribute networks"
        )
    prefix = next(p for name, (_, p) in SIGNATURES.items() if name in state)
    _check_statistics(state)
    ours: State = {}
    unknown = []
    for name, tensor in state.items():
        if name.startswith(prefix):
            renamed = _head_name(name.removeprefix(prefix), task)
        else:
            renamed = _backbone_name(name)
        if renamed is None:
            unknown.append(name)
        elif renamed:
            ours[renamed] = _shaped(renamed, tensor)
    if unknown:
        raise ValueError(f"unexpected {few(unknown)} in a {task} network of FaRL's")
    return ours


def _backbone_name(name: str) -> str | None:
    """Our name; empty for what is not needed, None for what is not known."""
    if name in ("backbone.image_mean", "backbone.image_std"):
        return ""
    if name.startswith("backbone.fpns."):
        return name.replace("backbone.fpns.", "neck.adapters.", 1)
    inner = name.removeprefix(VISUAL).removeprefix("backbone.")
    if matches_any(inner, UNUSED):
        return ""
    renamed = rename(inner, CLIP_RULES)
    return None if renamed is None else f"backbone.{renamed}"


def _head_name(name: str, task: Task) -> str | None:
    if task == "attributes":
        renamed = rename(name, ATTRIBUTE_HEAD)
        return None if renamed is None else f"head.{renamed}"
    if task == "parsing":
        return f"decode_head.{name}"
    if name.startswith("conv_seg."):
        return name.replace("conv_seg.", "head.conv_logits.", 1)
    return f"head.fusion.{name}"


def _shaped(name: str, tensor: Tensor) -> Tensor:
    match name:
        case "backbone.cls_token":
            return tensor[None, None]
        case "backbone.pos_embed":
            return tensor[None]
        case "head.weights":
            return tensor.flatten()
    return tensor


def _check_statistics(state: Mapping[str, Tensor]) -> None:
    """Refuse a network that normalises its images by other numbers than CLIP's."""
    for name, wanted in (("mean", CLIP_IMAGES.mean), ("std", CLIP_IMAGES.std)):
        found = state.get(f"backbone.image_{name}")
        if found is None:
            continue
        ours = torch.tensor(wanted) / 255
        if found.numel() != 3 or not torch.allclose(found.flatten().float(), ours):
            raise ValueError(
                f"its images have the {name} {found.flatten().tolist()[:3]}, FaRL's "
                f"{ours.tolist()}"
            )
