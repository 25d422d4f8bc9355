"""What every mask strategy returns, and how noise becomes a mask."""

from typing import NamedTuple

from torch import Tensor


class Mask(NamedTuple):
    """Patches that an encoder sees and how to put them back in order.

    Attributes:
        keep: Indices of the visible patches [B, K].
        restore: For each patch, its place in "visible first, hidden after" [B, L].
        mask: 1 for a hidden patch, 0 for a visible one [B, L].
    """

    keep: Tensor
    restore: Tensor
    mask: Tensor


def mask_smallest_kept(noise: Tensor, ratio: float) -> Mask:
    """Keep the ``int(L * (1 - ratio))`` patches of smallest noise, in that order.

    Args:
        noise: A score for each patch [B, L].
        ratio: Share of hidden patches, in [0, 1).

    Returns:
        The mask that MAE and the released MCF derive from the same noise.

    Raises:
        ValueError: If no patch would stay visible.
    """
    length = noise.shape[1]
    num_keep = int(length * (1 - ratio))
    if not 0 < num_keep <= length:
        raise ValueError(
            f"mask ratio {ratio} keeps {num_keep} of {length} patches; choose a ratio "
            "in [0, 1) that leaves at least one"
        )
    shuffle = noise.argsort(dim=1)
    restore = shuffle.argsort(dim=1)
    return Mask(shuffle[:, :num_keep], restore, (restore >= num_keep).to(noise.dtype))
