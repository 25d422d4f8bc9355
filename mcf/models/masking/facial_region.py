"""Masking that prefers chosen parts of the face."""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor
from torch.nn import functional as F

from mcf.models.masking.base import BlindMasking, weighted_noise
from mcf.registry import MODELS

Points = Sequence[tuple[float, float]]

WEIGHTS = dict(brows=3.0, eyes=4.0, nose=3.0, mouth=4.0)
SAMPLES = 8  # a side of the raster on which the cover of a patch is measured


def region_ellipses(points: Points) -> dict[str, list[tuple[float, ...]]]:
    """Ellipses over the parts of a face, from its five points.

    Args:
        points: x and y of eye centres, nose tip and mouth corners, image-left first,
            as shares of width and height.

    Returns:
        For each part, its ellipses: centre x and y and the two half-axes.
    """
    left, right, nose, *corners = points
    unit = right[0] - left[0]  # between the eyes
    eye_line = (left[1] + right[1]) / 2
    bridge = (eye_line + nose[1]) / 2 + 0.1 * unit
    lips, lip_line = ((a + b) / 2 for a, b in zip(*corners))
    half_width = (corners[1][0] - corners[0][0]) / 2 + 0.25 * unit
    return dict(
        brows=[(x, y - 0.33 * unit, 0.4 * unit, 0.17 * unit) for x, y in points[:2]],
        eyes=[(x, y, 0.32 * unit, 0.2 * unit) for x, y in points[:2]],
        nose=[(nose[0], bridge, 0.28 * unit, 0.5 * unit)],
        mouth=[(lips, lip_line, half_width, 0.3 * unit)],
    )


def region_weights(
    grid: tuple[int, int], points: Points, weights: Mapping[str, float]
) -> Tensor:
    """How much likelier than the background each patch is to be hidden.

    Args:
        grid: Rows and columns of the patch grid, L = h * w.
        points: x and y of eye centres, nose tip and mouth corners, image-left first,
            as shares of width and height.
        weights: Weight of a patch that lies wholly in a part; 1 is the background.

    Returns:
        Mean weight over each patch [L]; where parts overlap the larger one counts.
    """
    y, x = (
        (torch.arange(side * SAMPLES).float() + 0.5) / (side * SAMPLES) for side in grid
    )
    field = torch.zeros(len(y), len(x))
    for part, ellipses in region_ellipses(points).items():
        for cx, cy, rx, ry in ellipses:
            inside = ((x[None] - cx) / rx) ** 2 + ((y[:, None] - cy) / ry) ** 2 <= 1
            field = torch.maximum(field, inside * weights.get(part, 1.0))
    field = torch.where(field == 0, 1.0, field)
    return F.avg_pool2d(field[None, None], SAMPLES).flatten()


@MODELS.register_module()
class FacialRegionMasking(BlindMasking):
    """Hides brows, eyes, nose and mouth more often than the rest of the picture.

    For crops that were aligned by five points: the parts lie where the crop recipe
    puts those points, so no landmark is needed at training time.
    ``tools/show_masks.py --points detected`` measures them on any aligned faces.

    Args:
        ratio: Share of hidden patches, in the end.
        points: Where the crop recipe puts eye centres, nose tip and mouth corners
            (image-left first), x and y as shares of the side.
        schedule: How the share gets there; constant if None.
        weights: How much likelier than the background a patch of each part is to be
            hidden; parts left out count as background, below 1 they stay visible
            more often.

    Raises:
        ValueError: If a part is unknown, a weight is not positive or there are not
            five points inside the crop.
    """

    def __init__(
        self,
        ratio: float = 0.75,
        *,
        points: Points,
        schedule: dict | None = None,
        weights: Mapping[str, float] | None = None,
    ) -> None:
        super().__init__(ratio, schedule=schedule)
        weights = WEIGHTS if weights is None else dict(weights)
        if not set(weights) <= set(WEIGHTS) or min(weights.values(), default=1) <= 0:
            raise ValueError(
                f"weights={weights} must be positive numbers for {list(WEIGHTS)}"
            )
        if len(points) != 5 or not all(0 <= v <= 1 for point in points for v in point):
            raise ValueError(
                f"points={points} must be five (x, y) as shares of the crop's side"
            )
        self.points = points
        self.weights = weights

    def noise(
        self,
        batch_size: int,
        grid: tuple[int, int],
        ratio: float,
        *,
        device: torch.device | None,
        generator: torch.Generator | None,
    ) -> Tensor:
        """Scores in proportion to the weights of the patches [B, L]."""
        weights = region_weights(tuple(grid), self.points, self.weights).to(device)
        return weighted_noise(weights.expand(batch_size, -1), generator=generator)
