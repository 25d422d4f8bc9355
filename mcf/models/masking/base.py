"""What every mask strategy is, what it returns, and how noise becomes a mask."""

from abc import ABC, abstractmethod
from typing import NamedTuple

import torch
from torch import Tensor

from mcf.registry import MODELS


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


def num_visible(length: int, ratio: float) -> int:
    """How many of ``length`` patches stay visible at a mask ratio.

    Raises:
        ValueError: If that is none, or more than there are.
    """
    number = int(length * (1 - ratio))
    if not 0 < number <= length:
        raise ValueError(
            f"mask ratio {ratio} keeps {number} of {length} patches; choose a ratio "
            "in [0, 1) that leaves at least one"
        )
    return number


def weighted_noise(
    weights: Tensor, *, generator: torch.Generator | None = None
) -> Tensor:
    """Scores whose highest are a draw without replacement in proportion to weights.

    Weights over exponential noise: the patch of the highest score is patch i with
    probability w_i / sum(w), the next one so among the rest, and so on.

    Args:
        weights: How much each patch wants to be hidden, at least 0 [B, L].
        generator: Source of randomness; the device's global one if None.

    Returns:
        Scores [B, L].
    """
    race = torch.empty_like(weights).exponential_(generator=generator)
    return weights / race.clamp(min=torch.finfo(race.dtype).tiny)


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
    num_keep = num_visible(noise.shape[1], ratio)
    shuffle = noise.argsort(dim=1)
    restore = shuffle.argsort(dim=1)
    return Mask(shuffle[:, :num_keep], restore, (restore >= num_keep).to(noise.dtype))


class Masking:
    """A way to choose which patches an encoder does not see.

    Every strategy scores the patches and hides those of the highest scores, so it
    hides the same exact number in each image of a batch.

    Args:
        ratio: Share of hidden patches, in the end.
        schedule: How the share gets there, such as ``dict(type='mcf.RatioSchedule',
            start=0.5)``; constant if None.
    """

    needs_attention = False
    """Whether it is guided by the attention of a class token."""

    def __init__(self, ratio: float = 0.75, *, schedule: dict | None = None) -> None:
        self._ratio = ratio
        self._schedule = MODELS.build(schedule) if schedule else None

    @property
    def ratio(self) -> float:
        """Share of hidden patches at this point of the run."""
        return self._schedule.now(self._ratio) if self._schedule else self._ratio


class BlindMasking(Masking, ABC):
    """A strategy that does not look at the images."""

    def __call__(
        self,
        batch_size: int,
        grid: tuple[int, int],
        *,
        device: torch.device | None = None,
        generator: torch.Generator | None = None,
    ) -> Mask:
        """Draw one independent mask per image.

        Args:
            batch_size: Images B.
            grid: Rows and columns of the patch grid, L = h * w.
            device: Where the indices live.
            generator: Source of randomness; the device's global one if None.

        Returns:
            The masks of B images.
        """
        ratio = self.ratio
        noise = self.noise(batch_size, grid, ratio, device=device, generator=generator)
        return mask_smallest_kept(noise, ratio)

    @abstractmethod
    def noise(
        self,
        batch_size: int,
        grid: tuple[int, int],
        ratio: float,
        *,
        device: torch.device | None,
        generator: torch.Generator | None,
    ) -> Tensor:
        """Random score of each patch [B, L]; the highest will be hidden."""
