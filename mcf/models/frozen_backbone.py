"""Features of a frozen backbone."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

import cv2
import numpy as np
import torch
from mmpretrain.models import MAEViT
from torch import Tensor, nn

from mcf.models.teachers.taps import check_taps, tap_features

Pooling = Literal["cls", "mean", "tokens", "patches"]


@dataclass(frozen=True)
class FrozenBackbone:
    """Backbone in evaluation mode and what it wants as input.

    Attributes:
        model: The network.
        config: What the network was built from.
        img_size: Side of its square images in pixels.
        mean: Channel means of its input, RGB, 0-255 scale.
        std: Channel standard deviations of the same.
        crop: Recipe that cut the faces of its training, if the file says so.
    """

    model: nn.Module
    config: dict
    img_size: int
    mean: tuple[float, ...]
    std: tuple[float, ...]
    crop: Mapping | None = None


@torch.no_grad()
def extract_features(
    backbone: FrozenBackbone,
    images: Iterable[np.ndarray],
    *,
    pooling: Pooling = "mean",
    batch_size: int = 32,
    device: str | torch.device = "cpu",
) -> np.ndarray:
    """Features of faces, after the last norm of the backbone.

    Args:
        backbone: Result of a loader of :mod:`mcf.models.backbone_loaders`.
        images: uint8 BGR faces [H,W,3] of any size; see :func:`fit_square`.
        pooling: ``cls`` for the class token [C], ``mean`` for the average patch
            token [C], ``tokens`` for all patch tokens one after the other [L·C],
            ``patches`` for all patch tokens [L,C].
        batch_size: Images in one forward pass.
        device: Where to compute.

    Returns:
        [N,D] float32; [N,L,C] for ``patches``.

    Raises:
        ValueError: If there is no image, one is not uint8 of 3 channels, the pooling
            is unknown or the backbone has no class token to give.
    """
    backbone.model.to(device)
    squares = (fit_square(image, backbone.img_size) for image in images)
    features = [
        pooled_features(backbone, np.stack(batch), pooling=pooling)
        for batch in _batched(squares, batch_size)
    ]
    if not features:
        raise ValueError("no image to extract features of")
    return np.concatenate(features)


@torch.no_grad()
def extract_taps(
    backbone: FrozenBackbone,
    images: Iterable[np.ndarray],
    taps: Sequence[str] | Sequence[int],
    *,
    batch_size: int = 32,
    device: str | torch.device = "cpu",
) -> list[np.ndarray]:
    """Tokens from inside a backbone.

    Args:
        backbone: Result of a loader of :mod:`mcf.models.backbone_loaders`.
        images: uint8 BGR faces [H,W,3] of any size; see :func:`fit_square`.
        taps: Names of sub-modules (``layers.3`` is the fourth block of a ViT), or
            places in the tuple that the network returns.
        batch_size: Images in one forward pass.
        device: Where to compute.

    Returns:
        One float32 [N,T,C] a tap: T tokens, of a ViT's blocks the class token first;
        of maps their h·w places row by row.

    Raises:
        ValueError: If there is no image, one is not uint8 of 3 channels, or a tap does
            not exist.
    """
    backbone.model.to(device)
    taps = check_taps(backbone.model, taps)
    squares = (fit_square(image, backbone.img_size) for image in images)
    found = [
        tap_features(backbone.model, normalised(backbone, np.stack(batch)), taps)
        for batch in _batched(squares, batch_size)
    ]
    if not found:
        raise ValueError("no image to extract features of")
    return [torch.cat(parts).float().cpu().numpy() for parts in zip(*found)]


@torch.no_grad()
def pooled_features(
    backbone: FrozenBackbone, squares: np.ndarray, *, pooling: Pooling
) -> np.ndarray:
    """Features float32 [B,D] of one batch of uint8 BGR images [B,S,S,3] as they are.

    Raises:
        ValueError: As :func:`extract_features`.
    """
    tokens = split_tokens(backbone.model, normalised(backbone, squares))
    return pool_tokens(*tokens, pooling).float().cpu().numpy()


def normalised(backbone: FrozenBackbone, squares: np.ndarray) -> Tensor:
    """Input of a backbone [B,3,S,S], where it is, of uint8 BGR images [B,S,S,3]."""
    device = _device(backbone.model)
    mean, std = (
        torch.tensor(v, device=device).view(3, 1, 1)
        for v in (backbone.mean, backbone.std)
    )
    rgb = torch.from_numpy(squares[..., ::-1].copy()).to(device).permute(0, 3, 1, 2)
    return (rgb.float() - mean) / std


def _device(model: nn.Module) -> torch.device:
    """Where a network is; one without parameters is anywhere."""
    return next((p.device for p in model.parameters()), torch.device("cpu"))


def fit_square(image: np.ndarray, size: int) -> np.ndarray:
    """Central square of an image [H,W,3] at ``size`` × ``size`` pixels.

    Raises:
        ValueError: If the image is not uint8 with three channels.
    """
    if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] != 3:
        raise ValueError(
            f"expected a uint8 image [H,W,3], got {image.dtype} {image.shape}"
        )
    side = min(image.shape[:2])
    top, left = ((extent - side) // 2 for extent in image.shape[:2])
    square = image[top : top + side, left : left + side]
    method = cv2.INTER_AREA if size < side else cv2.INTER_LINEAR
    return cv2.resize(square, (size, size), interpolation=method)


def _batched(items: Iterable, size: int) -> Iterator[list]:
    items = iter(items)
    while batch := list(islice(items, size)):
        yield batch


def split_tokens(model: nn.Module, images: Tensor) -> tuple[Tensor | None, Tensor]:
    """Class token [B,C], if there is one, and patch tokens [B,L,C]."""
    # MAE's encoder hides patches unless it is told not to
    output = model(images, mask=None) if isinstance(model, MAEViT) else model(images)
    output = output[-1] if isinstance(output, (tuple, list)) else output
    if output.ndim == 4:
        return None, output.flatten(2).transpose(1, 2)
    extra = model.num_extra_tokens
    return (output[:, 0] if extra else None), output[:, extra:]


def pool_tokens(cls_token: Tensor | None, patches: Tensor, pooling: Pooling) -> Tensor:
    """Feature [B,D] of a class token [B,C] and patch tokens [B,L,C].

    Raises:
        ValueError: As :func:`extract_features`.
    """
    if pooling == "mean":
        return patches.mean(dim=1)
    if pooling == "tokens":
        return patches.flatten(1)
    if pooling == "patches":
        return patches
    if pooling != "cls":
        raise ValueError(
            f"pooling {pooling!r} is not one of cls, mean, tokens, patches"
        )
    if cls_token is None:
        raise ValueError("the backbone has no class token; use pooling 'mean'")
    return cls_token
