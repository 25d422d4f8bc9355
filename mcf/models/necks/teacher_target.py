"""Frozen teacher that turns images into target feature maps."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from mcf.registry import MODELS
from mcf.utils.checkpoint import load_strict

IMAGENET_MEAN = (123.675, 116.28, 103.53)
IMAGENET_STD = (58.395, 57.12, 57.375)


class _AllTapsSeen(Exception):
    """Ends a forward pass whose rest nobody needs."""


def tap_features(model: nn.Module, images: Tensor, taps: Sequence[str]) -> list[Tensor]:
    """Run a network up to its last tap and collect what the taps return, as tokens.

    Args:
        model: Any network that takes images.
        images: Its input [B, 3, H, W].
        taps: Names of sub-modules, as in ``model.named_modules()``, whose output
            is a map [B, C, h, w] or tokens [B, N, C].

    Returns:
        One [B, N, C] tensor per tap, N = h * w for maps.

    Raises:
        ValueError: If a tap is never reached, or returns neither map nor tokens.
    """
    outputs = {}

    def collect(tap: str) -> Callable[[nn.Module, tuple, Tensor], None]:
        def hook(module: nn.Module, inputs: tuple, output: Tensor) -> None:
            outputs[tap] = output
            if len(outputs) == len(taps):
                raise _AllTapsSeen

        return hook

    handles = [
        model.get_submodule(tap).register_forward_hook(collect(tap)) for tap in taps
    ]
    try:
        model(images)
        unreached = [tap for tap in taps if tap not in outputs]
        raise ValueError(f"teacher taps {unreached} take no part in the forward pass")
    except _AllTapsSeen:
        return [_as_tokens(tap, outputs[tap]) for tap in taps]
    finally:
        for handle in handles:
            handle.remove()


def _as_tokens(tap: str, output: Tensor) -> Tensor:
    if isinstance(output, Tensor) and output.ndim == 4:
        return output.flatten(2).transpose(1, 2)
    if isinstance(output, Tensor) and output.ndim == 3:
        return output
    found = tuple(output.shape) if isinstance(output, Tensor) else type(output)
    raise ValueError(
        f"teacher tap {tap!r} returns {found}; a tap must return a feature map "
        "[B, C, h, w] or tokens [B, N, C]"
    )


@MODELS.register_module()
class TeacherTarget(nn.Module):
    """Feature maps of a frozen pre-trained network: the second part of the decoder.

    The teacher is held outside PyTorch's module tree. So it follows the model to a
    device, yet is never trained, initialised, switched to train mode, given to the
    optimiser or DDP, or written to a checkpoint. Gradient flows through it into the
    pseudo image. Protocol §1.3; unlike the released code, which trains against
    noise when the file is missing, no teacher exists without its weights.

    Args:
        model: Config of any registered network (or, when the caller has loaded
            weights itself, the network).
        taps: Sub-modules whose outputs are the targets, e.g. ``layers.2``.
        checkpoint: File of the weights: a path or ``package://name/file`` for
            weights that a pip package delivers. Required with a config.
        source: Format of the checkpoint, see :mod:`mcf.utils.checkpoint`.
        mean: Channel means of the teacher's own input, RGB, 0-255 scale.
        std: Channel standard deviations of the same.
        input_size: Side in pixels to which images are resized for the teacher; as
            they come if None.
        interpolation: How they are resized; ``nearest`` as released (where it is
            never needed), ``bilinear`` is better behaved.

    Raises:
        ValueError: If weights are missing or do not fit, or a tap does not exist.
        FileNotFoundError: If the checkpoint does not exist.
    """

    def __init__(
        self,
        model: dict | nn.Module,
        taps: Sequence[str],
        *,
        checkpoint: str | None = None,
        source: str = "auto",
        mean: Sequence[float] = IMAGENET_MEAN,
        std: Sequence[float] = IMAGENET_STD,
        input_size: int | None = None,
        interpolation: str = "nearest",
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
        names = dict(model.named_modules())
        unknown = [tap for tap in taps if not tap or tap not in names]
        if unknown or not taps:
            raise ValueError(
                f"teacher taps {unknown or list(taps)} name no sub-module of "
                f"{type(model).__name__}; its parts are {sorted(names)[1:40]} ..."
            )
        model.eval()  # returns None for the networks of mmpretrain
        model.requires_grad_(False)
        self._unregistered = (model,)
        self.taps = tuple(taps)
        self.input_size = input_size
        self.interpolation = interpolation
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
        """Tell with which statistics the images given to ``forward`` were normalised.

        Args:
            mean: Channel means, RGB, 0-255 scale.
            std: Channel standard deviations.
        """
        mean, std = (_per_channel(v).to(self.mean) for v in (mean, std))
        self.register_buffer("scale", std / self.std, persistent=False)
        self.register_buffer("shift", (mean - self.mean) / self.std, persistent=False)

    def forward(self, images: Tensor) -> list[Tensor]:
        """Feature maps of images in the space of the trained model.

        Args:
            images: True or pseudo images [B, 3, H, W].

        Returns:
            One [B, N, C] tensor per tap.
        """
        if self.input_size and images.shape[-2:] != (self.input_size,) * 2:
            images = F.interpolate(images, self.input_size, mode=self.interpolation)
        return tap_features(self.model, images * self.scale + self.shift, self.taps)


def _per_channel(values: Sequence[float]) -> Tensor:
    return torch.as_tensor(values, dtype=torch.float32).reshape(-1, 1, 1)
