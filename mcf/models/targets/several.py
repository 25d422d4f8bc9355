"""Several teachers at once."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from mcf.registry import MODELS


@MODELS.register_module()
class SeveralTeachers(nn.Module):
    """Teachers one after the other, as one with the taps of all.

    Each keeps its own weights, input statistics and resolution. Weights of single
    taps, over all teachers in this order, are a setting of the feature loss
    (``tap_weights``).

    Args:
        teachers: Configs of ``mcf.TeacherTarget`` and the like.

    Raises:
        ValueError: If there is none.
    """

    def __init__(self, teachers: Sequence[dict | nn.Module]) -> None:
        super().__init__()
        if not teachers:
            raise ValueError("teachers is empty; give at least one mcf.TeacherTarget")
        self.teachers = nn.ModuleList(
            MODELS.build(teacher) if isinstance(teacher, dict) else teacher
            for teacher in teachers
        )

    def set_input_statistics(self, mean: Sequence[float], std: Sequence[float]) -> None:
        """Tell every teacher with which statistics its images were normalised."""
        for teacher in self.teachers:
            teacher.set_input_statistics(mean, std)

    @torch.no_grad()
    def targets(self, images: Tensor) -> list[Tensor]:
        """Features of true images [B, 3, H, W] by all teachers, without gradient."""
        return [tap for teacher in self.teachers for tap in teacher.targets(images)]

    def forward(self, images: Tensor) -> list[Tensor]:
        """Features of images [B, 3, H, W] by all teachers, one [B, N, C] per tap."""
        return [tap for teacher in self.teachers for tap in teacher(images)]
