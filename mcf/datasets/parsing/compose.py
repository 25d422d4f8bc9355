"""Part masks painted over each other in a named order."""

from collections.abc import Mapping

import numpy as np

from mcf.datasets.parsing.class_sets import get_order


def compose(parts: Mapping[str, np.ndarray], order: str) -> np.ndarray:
    """Index mask of a face from the masks of its parts.

    Parts are painted in the order of their ids, a later one over an earlier one
    (protocol §2.4, §3.2). Pixels of no part are background.

    Args:
        parts: Mask [H,W] of each part that is there; non-zero is the part.
        order: ``farl`` or ``official``: two benchmarks that must never be mixed.

    Returns:
        uint8 [H,W] of the ids of ``CELEBAMASK_HQ[order]``.

    Raises:
        ValueError: If there is no such order, no part at all, an unknown part, or
            parts of different sizes.
    """
    classes = get_order(order).classes
    if unknown := sorted(set(parts) - set(classes[1:])):
        raise ValueError(f"unknown parts {unknown}; the parts are {list(classes[1:])}")
    if not parts:
        raise ValueError("no part at all: a face has at least one, usually 'skin'")
    sizes = {name: mask.shape for name, mask in parts.items()}
    if len(set(sizes.values())) > 1:
        raise ValueError(f"the parts have different sizes: {sizes}")
    composed = np.zeros(next(iter(sizes.values())), dtype=np.uint8)
    for class_id, name in enumerate(classes):
        if name in parts:
            composed[parts[name] != 0] = class_id
    return composed
