"""State of a joint model out of those of networks with one backbone."""

from collections.abc import Mapping

import torch
from torch import Tensor

BACKBONE = "backbone."
APART = "data_preprocessor."
"""Normalisation, which the joint model has from its own config."""


def join_states(states: Mapping[str, Mapping[str, Tensor]]) -> dict[str, Tensor]:
    """The backbone once, all else of each network under ``tasks.NAME``.

    Args:
        states: State dicts of networks by the names of their tasks.

    Raises:
        ValueError: If the backbones differ, naming the first tensor that does.
    """
    (first, state), *others = states.items()
    shared = _backbone(state)
    for name, other in others:
        _check_same(first, shared, name, _backbone(other))
    joined = dict(shared)
    for name, state in states.items():
        joined |= {
            f"tasks.{name}.{key}": tensor
            for key, tensor in state.items()
            if not key.startswith((BACKBONE, APART))
        }
    return joined


def _backbone(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {key: value for key, value in state.items() if key.startswith(BACKBONE)}


def _check_same(
    first: str, ours: Mapping[str, Tensor], name: str, theirs: Mapping[str, Tensor]
) -> None:
    for key in [*ours, *(key for key in theirs if key not in ours)]:
        if key not in ours or key not in theirs:
            owner, other = (first, name) if key in ours else (name, first)
            raise ValueError(
                f"the backbones of {first} and {name} differ: {key} is in {owner}, not "
                f"in {other}"
            )
        if ours[key].shape != theirs[key].shape:
            reason = f"{list(ours[key].shape)} and {list(theirs[key].shape)}"
        elif not torch.equal(ours[key], theirs[key]):
            gap = (ours[key].double() - theirs[key].double()).abs().max()
            reason = f"by up to {gap:.3g}"
        else:
            continue
        raise ValueError(
            f"the backbones of {first} and {name} differ, first in {key} ({reason}): "
            "only heads that were trained on one frozen backbone, or on one with the "
            "same LoRA additions, can be joined. Train them with "
            "model.backbone.frozen_stages, or together (configs/joint)"
        )
