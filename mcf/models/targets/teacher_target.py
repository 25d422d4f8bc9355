"""Frozen teacher that turns images into target feature maps."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from mcf.checkpoint import load_strict
from mcf.checkpoint.formats import IMAGENET
from mcf.models.teachers.folding import fold_batch_norm
from mcf.models.teachers.taps import check_taps, tap_features
from mcf.registry import MODELS


@MODELS.register_module()
class TeacherTarget(nn.Module):
    """Feature maps of a frozen pre-trained network: the second part of the decoder.

    The teacher is held outside PyTorch's module tree. So it follows the model to a
    device, yet is never trained, initialised, switched to train mode, given to the
    optimiser or DDP, or written to a checkpoint. Gradient flows through it into the
    pseudo image. Protocol §1.3; unlike the released code, which trains against
    noise when the file is missing, no teacher exists without its weights.

    What a frozen network of convolutions need not do is left out: its batch
    normalisation is folded where that is safe, and it computes with channels last.

    Args:
        model: Config of any registered network (or, when the caller has loaded
            weights itself, the network, which is frozen and folded in place).
        taps: Whose outputs are the targets: names of sub-modules, e.g. ``layers.2``,
            or, for a network that returns a tuple of maps, places in it, e.g. -1.
        checkpoint: File of the weights: a path or ``package://name/file`` for
            weights that a pip package delivers. Required with a config.
        source: Format of the checkpoint, see :mod:`mcf.checkpoint`.
        mean: Channel means of the teacher's own input, RGB, 0-255 scale.
        std: Channel standard deviations of the same.
        input_size: Side in pixels to which images are resized for the teacher; as
            they come if None.
        interpolation: How they are resized; ``nearest`` as released (where it is
            never needed), ``bilinear`` is better behaved.
        autocast: Whether it computes in the mixed precision of the training step. In
            float32 if not: on a CPU torch's gradient of strided depthwise
            convolutions is many times slower in bfloat16.

    Raises:
        ValueError: If weights are missing or do not fit, or a tap does not exist.
        FileNotFoundError: If the checkpoint does not exist.
    """

    def __init__(
        self,
        model: dict | nn.Module,
        taps: Sequence[str] | Sequence[int],
        *,
        checkpoint: str | None = None,
        source: str = "auto",
        mean: Sequence[float] = IMAGENET.mean,
        std: Sequence[float] = IMAGENET.std,
        input_size: int | None = None,
        interpolation: str = "nearest",
        autocast: bool = True,
    ) -> None:
        super().__init__()
        if isinstance(model, dict):
            if not checkpoint:
                raise ValueError(
                    f"teacher {model.get('type')!r} has no weights: set "
                    "target_generator.checkpoint to its file"
                )
            model = MODELS.build(model)
            load_strict(model, checkpoint, source=source)
        self.taps = check_taps(model, taps)
        model.eval()  # returns None for the networks of mmpretrain
        fold_batch_norm(model, keep=self.taps)
        model.requires_grad_(False)
        model.to(memory_format=torch.channels_last)
        self._unregistered = (model,)
        self.input_size = input_size
        self.interpolation = interpolation
        self.autocast = autocast
        self.register_buffer("mean", _per_channel(mean), persistent=False)
        self.register_buffer("std", _per_channel(std), persistent=False)
        self.set_input_statistics(mean, std)

    @property
    def model(self) -> nn.Module:
        """The frozen network."""
        return self._unregistered[0]

    def _apply(self, fn: Callable[[Tensor], Tensor], recurse: bool = True) -> nn.Module:
        self.model._apply(fn)
        return super()._apply(fn, recurse)

    def set_input_statistics(self, mean: Sequence[float], std: Sequence[float]) -> None:
        """Set the statistics by which the images passed to ``forward`` were normalised.

        Args:
            mean: Channel means, RGB, 0-255 scale.
            std: Channel standard deviations.
        """
        mean, std = (_per_channel(v).to(self.mean) for v in (mean, std))
        self.register_buffer("scale", std / self.std, persistent=False)
        self.register_buffer("shift", (mean - self.mean) / self.std, persistent=False)

    def precision(self, device: str) -> torch.dtype:
        """Type of its products on a kind of device, under the current settings.

        Args:
            device: ``cpu``, ``cuda`` ...
        """
        reduced = self.autocast and torch.is_autocast_enabled(device)
        return torch.get_autocast_dtype(device) if reduced else torch.float32

    @torch.no_grad()
    def targets(self, images: Tensor) -> list[Tensor]:
        """Feature maps of true images, without gradient.

        Args:
            images: Images in the space of the trained model [B, 3, H, W].

        Returns:
            One [B, N, C] tensor per tap.
        """
        return self(images)

    def forward(self, images: Tensor) -> list[Tensor]:
        """Feature maps of images, with gradient to them.

        Args:
            images: Images in the space of the trained model [B, 3, H, W].

        Returns:
            One [B, N, C] tensor per tap.
        """
        if self.input_size and images.shape[-2:] != (self.input_size,) * 2:
            images = F.interpolate(images, self.input_size, mode=self.interpolation)
        images = images * self.scale + self.shift
        if self.autocast:
            return tap_features(self.model, images, self.taps)
        with torch.autocast(images.device.type, enabled=False):
            return tap_features(self.model, images.float(), self.taps)


def _per_channel(values: Sequence[float]) -> Tensor:
    return torch.as_tensor(values, dtype=torch.float32).reshape(-1, 1, 1)
