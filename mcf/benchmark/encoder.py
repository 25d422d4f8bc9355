"""Whatever turns faces into vectors, behind one seam."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from mcf.models.frozen_backbone import (
    FrozenBackbone,
    normalised,
    pool_tokens,
    split_tokens,
)

Vectors = Callable[[np.ndarray], dict[str, np.ndarray]]
PAIRS = ("embedding", "mean", "pixels")
"""Vectors that pairs are judged by: the first that there is, so that none is chosen by
its score."""
PIXELS = 16
"""Side of the picture that is the vector of ``pixels``."""


@dataclass(frozen=True)
class Encoder:
    """A frozen network on faces.

    Attributes:
        name: For tables.
        fingerprint: SHA-256 of its weights and settings.
        img_size: Side of its square images in pixels.
        vectors: Of uint8 BGR images [B,S,S,3]: by name of pooling (``cls``, ``mean``,
            ``embedding``, ``pixels``), float32 [B,D].
        backbone: The same with its maps, for landmarks, parts and fine-tuning; None
            where there is none.
        trained: Whether it has weights of a training.
    """

    name: str
    fingerprint: str
    img_size: int
    vectors: Vectors
    backbone: FrozenBackbone | None = None
    trained: bool = True


def pair_pooling(vectors: Mapping[str, object]) -> str:
    """Name of the vectors that pairs are judged by."""
    return next(name for name in PAIRS if name in vectors)


def backbone_encoder(
    backbone: FrozenBackbone, name: str, *, device: str = "cpu", trained: bool = True
) -> Encoder:
    """Encoder of a backbone: class token, if it has one, and mean of the others."""
    backbone.model.to(device)

    @torch.inference_mode()
    def vectors(squares: np.ndarray) -> dict[str, np.ndarray]:
        cls_token, patches = split_tokens(backbone.model, normalised(backbone, squares))
        found = {"mean": pool_tokens(cls_token, patches, "mean")}
        if cls_token is not None:
            found["cls"] = cls_token
        return {key: value.float().cpu().numpy() for key, value in found.items()}

    return Encoder(
        name,
        network_fingerprint(backbone.model, _inputs(backbone)),
        backbone.img_size,
        vectors,
        backbone,
        trained,
    )


def embedding_encoder(
    maps: FrozenBackbone, network: nn.Module, name: str, *, device: str = "cpu"
) -> Encoder:
    """Encoder of a network whose output is itself a vector, as of a face recogniser.

    Args:
        maps: Its taps, for landmarks and parts, with its statistics and size.
        network: The whole network.
        name: For tables.
        device: Where to compute.
    """
    maps.model.to(device)

    @torch.inference_mode()
    def vectors(squares: np.ndarray) -> dict[str, np.ndarray]:
        return {"embedding": network(normalised(maps, squares)).float().cpu().numpy()}

    fingerprint = network_fingerprint(network, _inputs(maps))
    return Encoder(name, fingerprint, maps.img_size, vectors, maps)


def pixel_encoder(img_size: int = 112) -> Encoder:
    """The image itself: a small copy as the vector, patches of pixels as the map."""
    middle = (127.5,) * 3
    config = dict(type="PixelMap")
    maps = FrozenBackbone(PixelMap(), config, img_size, middle, middle)

    @torch.inference_mode()
    def vectors(squares: np.ndarray) -> dict[str, np.ndarray]:
        small = F.adaptive_avg_pool2d(normalised(maps, squares), PIXELS)
        return {"pixels": small.flatten(1).numpy()}

    text = f"pixels {img_size} {PIXELS}".encode()
    fingerprint = hashlib.sha256(text).hexdigest()
    return Encoder("pixels", fingerprint, img_size, vectors, maps, trained=False)


class PixelMap(nn.Module):
    """Images at 64 pixels, cut into 8 × 8 patches."""

    def forward(self, images: Tensor) -> Tensor:
        """Map [B, 192, 8, 8] of images [B, 3, H, W]."""
        return F.pixel_unshuffle(F.adaptive_avg_pool2d(images, 64), 8)


def network_fingerprint(network: nn.Module, about: object) -> str:
    """SHA-256 of all weights by name, and of settings as plain values."""
    digest = hashlib.sha256(repr((type(network).__name__, about)).encode())
    for name, tensor in sorted(network.state_dict().items()):
        digest.update(f"{name} {tuple(tensor.shape)} {tensor.dtype}".encode())
        data = tensor.detach().cpu().contiguous().reshape(-1).view(torch.uint8)
        digest.update(data.numpy())
    return digest.hexdigest()


def _inputs(backbone: FrozenBackbone) -> tuple:
    return backbone.img_size, tuple(backbone.mean), tuple(backbone.std)
