"""Wrappers that training adds to a network, which become prefixes of its names."""

import re
from collections.abc import Iterable, Mapping

from torch import Tensor

TRANSPARENT = re.compile(
    r"(?:(?<=\.)|^)(?:_orig_mod|_fsdp_wrapped_module|_checkpoint_wrapped_module)\."
)
"""Of torch.compile, FSDP and activation checkpointing: no network's own names."""
MODULE = "module."
"""Of data parallel training and of moving averages; some networks have it, too."""
COUNTERS = ("steps", "n_averaged")
"""What moving averages keep beside the network."""


def unwrapped(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """State without the wrappers that are no network's own names, at any depth.

    Raises:
        ValueError: If two names become one.
    """
    names = {name: TRANSPARENT.sub("", name) for name in state}
    if len(set(names.values())) < len(names):
        raise ValueError("the file holds a network both wrapped and bare")
    return {names[name]: tensor for name, tensor in state.items()}


def bare(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """State without any wrappers: also without the ``module.`` of all its names."""
    state = unwrapped(state)
    length = len(module_prefixes(state)[-1])
    return {name[length:]: tensor for name, tensor in state.items()}


def module_prefixes(names: Iterable[str]) -> list[str]:
    """Prefixes ``""``, ``module.``, ``module.module.``, ... that all names share."""
    names = [name for name in names if name not in COUNTERS]
    prefixes = [""]
    while names and all(name.startswith(prefixes[-1] + MODULE) for name in names):
        prefixes.append(prefixes[-1] + MODULE)
    return prefixes


def outside_modules(name: str) -> str:
    """Name without the ``module.`` that it begins with."""
    while name.startswith(MODULE):
        name = name.removeprefix(MODULE)
    return name
