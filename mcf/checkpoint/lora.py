"""Weights of networks with low-rank additions (:mod:`mcf.models.lora`)."""

from collections.abc import Mapping

from torch import Tensor

DOWN, UP = ".lora_down", ".lora_up"


def is_lora(name: str) -> bool:
    """Whether a weight is part of an addition."""
    return name.endswith((DOWN, UP))


def merge_lora(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """State of the plain network that computes the same: ``W + up down``.

    Args:
        state: State dict with or without additions; not changed.

    Raises:
        ValueError: If a part of an addition or the weight it belongs to is missing.
    """
    merged = {name: tensor for name, tensor in state.items() if not is_lora(name)}
    layers = {n.removesuffix(DOWN).removesuffix(UP) for n in state if is_lora(n)}
    for layer in layers:
        parts = [layer + DOWN, layer + UP, layer + ".weight"]
        missing = [name for name in parts if name not in state]
        if missing:
            raise ValueError(f"LoRA of {layer} is not whole: {missing} missing")
        down, up, weight = (state[name] for name in parts)
        merged[f"{layer}.weight"] = weight + up @ down
    return merged
