"""Teacher whose features of true images are kept on disk."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor, nn

from mcf.checkpoint.safe_load import load_file
from mcf.registry import MODELS
from mcf.utils.atomic_file import save_atomically


def fingerprint(tensors: dict[str, Tensor], *settings: object) -> str:
    """Hash of tensors, with their names and types, and of settings."""
    digest = hashlib.sha256(repr(settings).encode())
    for name, tensor in sorted(tensors.items()):
        tensor = tensor.detach().cpu().contiguous()
        digest.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}".encode())
        digest.update(tensor.reshape(-1).view(torch.uint8).numpy())
    return digest.hexdigest()[:32]


@MODELS.register_module()
class CachedTeacher(nn.Module):
    """Teacher that sees each true image once: for images that are not augmented.

    An image is known by its pixels as the model sees them and the precision it is
    computed in, the folder by the teacher's layers, weights, taps and input settings,
    so nothing stale is ever read; a random crop or flip is another image and a file of
    its own. The pseudo images always pass through the teacher. A file holds all taps of
    one image (ViT-B/16, four taps: 2.4 MB).

    Args:
        teacher: Config of the ``mcf.TeacherTarget``.
        folder: Where the features are kept; several runs may share it.
        half: Whether they are kept, and given, in float16: in half the space.
    """

    def __init__(
        self, teacher: dict | nn.Module, folder: str | Path, *, half: bool = False
    ) -> None:
        super().__init__()
        self.half = half
        self.teacher = MODELS.build(teacher) if isinstance(teacher, dict) else teacher
        self.folder = Path(folder)
        self._weights = fingerprint(
            self.teacher.model.state_dict(),
            repr(self.teacher.model),
            self.teacher.taps,
            self.teacher.input_size,
            self.teacher.interpolation,
        )

    def set_input_statistics(self, mean: Sequence[float], std: Sequence[float]) -> None:
        """Tell the teacher with which statistics its images were normalised."""
        self.teacher.set_input_statistics(mean, std)

    @torch.no_grad()
    def targets(self, images: Tensor) -> list[Tensor]:
        """Features of true images [B, 3, H, W], read where they are known.

        Raises:
            ValueError: If float16 cannot hold a feature.
        """
        files = [self._file(image) for image in images]
        new = [i for i, file in enumerate(files) if not file.is_file()]
        if new:
            computed = self.teacher.targets(images[new])
            for row, i in enumerate(new):
                features = [self._as_kept(tap[row]) for tap in computed]
                save_atomically(features, files[i])
        rows = [load_file(file) for file in files]
        with torch.autocast("cpu", enabled=False):  # it knows no float16
            return [torch.stack(taps).to(images.device) for taps in zip(*rows)]

    def forward(self, images: Tensor) -> list[Tensor]:
        """Features of pseudo images [B, 3, H, W], one [B, N, C] per tap."""
        return self.teacher(images)

    def _as_kept(self, features: Tensor) -> Tensor:
        if not self.half:
            return features.cpu().clone()
        kept = features.to("cpu", torch.float16, copy=True)
        if not kept.isfinite().all():
            raise ValueError(
                f"a feature of {features.abs().max():.3g} is beyond float16; keep the "
                "teacher's features in full: half=False"
            )
        return kept

    def _file(self, image: Tensor) -> Path:
        statistics = dict(scale=self.teacher.scale, shift=self.teacher.shift)
        precision = self.teacher.precision(image.device.type)
        precision = (precision, torch.float16) if self.half else precision
        name = fingerprint(dict(image=image, **statistics), precision)
        return self.folder / self._weights / name[:2] / f"{name}.pt"
