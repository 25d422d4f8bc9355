"""What a teacher sees below each patch of the student."""

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from mcf.registry import MODELS


def cells_below_patches(features: Tensor, grid: tuple[int, int]) -> Tensor:
    """Cells of a finer map, grouped by the patch that contains them.

    Args:
        features: Map of hk rows and wk columns, row by row [B, hk·wk, C]; k >= 1.
        grid: Rows h and columns w of the patches.

    Returns:
        The k x k cells of each patch, row by row, with their channels
        [B, h·w, k·k·C].

    Raises:
        ValueError: If the map is not a whole number k of cells a patch in both
            directions.
    """
    h, w = grid
    batch, count, channels = features.shape
    k = math.isqrt(count // (h * w))
    if k < 1 or k * k * h * w != count:
        raise ValueError(
            f"a map of {count} cells cannot be shared out to {h} x {w} patches: let "
            "the teacher look at another input_size, so that each patch has 1, 4, 16 "
            "... cells, and count tokens that are no part of the map in extra_tokens"
        )
    cells = features.reshape(batch, h, k, w, k, channels).transpose(2, 3)
    return cells.reshape(batch, h * w, k * k * channels)


@MODELS.register_module()
class TeacherCells(nn.Module):
    """Features of a teacher, arranged as what each patch of the student predicts.

    The features of each cell are normalised over their channels to mean 0 and variance
    1, so taps and teachers weigh alike.

    Args:
        teacher: Config of a target with one map or token sequence per tap:
            ``mcf.TeacherTarget``, or ``mcf.CachedTeacher`` if images come unaugmented.
        grid: Side, or rows and columns, of the student's patches.
        extra_tokens: Tokens of the teacher before those of its map: 1 for a ViT's
            class token.
    """

    def __init__(
        self,
        teacher: dict | nn.Module,
        grid: int | tuple[int, int],
        *,
        extra_tokens: int = 0,
    ) -> None:
        super().__init__()
        self.teacher = MODELS.build(teacher) if isinstance(teacher, dict) else teacher
        self.grid = (grid, grid) if isinstance(grid, int) else tuple(grid)
        self.extra_tokens = extra_tokens

    def set_input_statistics(self, mean: Sequence[float], std: Sequence[float]) -> None:
        """Tell the teacher with which statistics its images were normalised."""
        self.teacher.set_input_statistics(mean, std)

    @torch.no_grad()
    def targets(self, images: Tensor) -> list[Tensor]:
        """What patches should predict of true images [B, 3, H, W], without gradient.

        Returns:
            One [B, h·w, k·k·C] tensor per tap, k and C those of the tap.

        Raises:
            ValueError: As :func:`cells_below_patches`.
        """
        return self._arranged(self.teacher.targets(images))

    def forward(self, images: Tensor) -> list[Tensor]:
        """The same of any images, with gradient to them."""
        return self._arranged(self.teacher(images))

    def _arranged(self, taps: list[Tensor]) -> list[Tensor]:
        maps = [tap[:, self.extra_tokens :].float() for tap in taps]
        normalised = [F.layer_norm(tap, tap.shape[-1:]) for tap in maps]
        return [cells_below_patches(tap, self.grid) for tap in normalised]
