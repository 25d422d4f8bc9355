"""Block-wise masking: hidden patches come in rectangles."""

import math

import torch
from torch import Tensor

from mcf.models.masking.base import BlindMasking, num_visible
from mcf.registry import MODELS

MAX_BLOCKS = 64


def block_noise(
    batch_size: int,
    grid: tuple[int, int],
    *,
    num_hidden: int,
    area: tuple[float, float],
    max_aspect: float,
    device: torch.device | None = None,
    generator: torch.Generator | None = None,
) -> Tensor:
    """Scores of which the ``num_hidden`` highest form rectangles.

    Rectangles are drawn until they cover enough; they may overlap each other and the
    border, so that every patch is equally likely to be covered. A later one has lower
    scores, so the surplus comes off the last, at random.

    Args:
        batch_size: Images B.
        grid: Rows and columns of the patch grid, L = h * w.
        num_hidden: Patches that will be hidden.
        area: Smallest and largest area of a rectangle as a share of the grid.
        max_aspect: Longest side over the shortest.
        device: Where the scores live.
        generator: Source of randomness; the device's global one if None.

    Returns:
        Scores [B, L].
    """

    def uniform(*shape: int) -> Tensor:
        return torch.rand(batch_size, *shape, device=device, generator=generator)

    height, width = grid
    rows = torch.arange(height, device=device).view(1, -1, 1)
    columns = torch.arange(width, device=device).view(1, 1, -1)
    score = torch.zeros(batch_size, height, width, device=device)
    for block in range(MAX_BLOCKS):
        unfinished = (score > 0).sum(dim=(1, 2)) < num_hidden
        if not unfinished.any():
            break
        cells = height * width * (area[0] + (area[1] - area[0]) * uniform(1, 1))
        aspect = torch.exp(math.log(max_aspect) * (2 * uniform(1, 1) - 1))
        tall = (cells * aspect).sqrt().round().clamp(1, height)
        wide = (cells / aspect).sqrt().round().clamp(1, width)
        top = (uniform(1, 1) * (height + tall - 1)).floor() - tall + 1
        left = (uniform(1, 1) * (width + wide - 1)).floor() - wide + 1
        inside = (rows >= top) & (rows < top + tall)
        inside = inside & (columns >= left) & (columns < left + wide)
        fresh = inside & (score == 0) & unfinished.view(-1, 1, 1)
        score = score.masked_fill(fresh, MAX_BLOCKS - block)
    return score.flatten(1) + uniform(height * width)


@MODELS.register_module()
class BlockMasking(BlindMasking):
    """Hides rectangles, so that a face part cannot be guessed from its neighbours.

    After the block-wise masking of BEiT (arXiv 2106.08254), with an exact number of
    hidden patches, as encoders that drop tokens need it.

    Args:
        ratio: Share of hidden patches, in the end.
        schedule: How the share gets there; constant if None.
        area: Smallest and largest area of a rectangle as a share of the grid.
        max_aspect: Longest side over the shortest.

    Raises:
        ValueError: If a number is out of range.
    """

    def __init__(
        self,
        ratio: float = 0.75,
        *,
        schedule: dict | None = None,
        area: tuple[float, float] = (0.05, 0.25),
        max_aspect: float = 3.0,
    ) -> None:
        super().__init__(ratio, schedule=schedule)
        if not 0 < area[0] <= area[1] <= 1:
            raise ValueError(f"area={area} must be two growing shares in (0, 1]")
        if max_aspect < 1:
            raise ValueError(f"max_aspect={max_aspect} must be at least 1")
        self.area = tuple(area)
        self.max_aspect = max_aspect

    def noise(
        self,
        batch_size: int,
        grid: tuple[int, int],
        ratio: float,
        *,
        device: torch.device | None,
        generator: torch.Generator | None,
    ) -> Tensor:
        """Scores of :func:`block_noise` [B, L]."""
        length = grid[0] * grid[1]
        return block_noise(
            batch_size,
            grid,
            num_hidden=length - num_visible(length, ratio),
            area=self.area,
            max_aspect=self.max_aspect,
            device=device,
            generator=generator,
        )
