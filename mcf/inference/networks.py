"""PyTorch networks from configs and checkpoints, by task."""

from pathlib import Path

import torch

from mcf.models.frozen_backbone import load_backbone_model, load_backbone_of_run
from mcf.utils.configs import read_config

from .embedding_network import EmbeddingNetwork
from .joint_network import JointNetwork
from .landmark_network import LandmarkNetwork
from .loading import load_network
from .parsing_network import ParsingNetwork


def load_networks(
    landmarks: object,
    parsing: object,
    embedding: object,
    joint: object,
    *,
    device: str | torch.device,
) -> tuple[object, object, object, object]:
    """Build what is given as config and checkpoint; anything else stays as it is.

    Args:
        landmarks: As for :class:`~mcf.inference.FaceInferencer`.
        parsing: As for :class:`~mcf.inference.FaceInferencer`.
        embedding: As for :class:`~mcf.inference.FaceInferencer`.
        joint: As for :class:`~mcf.inference.FaceInferencer`.
        device: Where to put them.

    Raises:
        FileNotFoundError: If a config or checkpoint is missing.
        ValueError: If the device is not there, or a network does not fit its task.
    """
    if torch.device(device).type == "cuda" and not torch.cuda.is_available():
        raise ValueError(f"device={str(device)!r}, but PyTorch finds no GPU here")
    if isinstance(landmarks, tuple):
        landmarks = LandmarkNetwork(load_network(*landmarks, device=device))
    if isinstance(parsing, tuple):
        parsing = ParsingNetwork(load_network(*parsing, device=device))
    if isinstance(embedding, (str, Path, tuple)):
        embedding = _load_embedding(embedding, device)
    if isinstance(joint, tuple):
        joint = JointNetwork(load_network(*joint, device=device))
    return landmarks, parsing, embedding, joint


def _load_embedding(
    spec: str | Path | tuple, device: str | torch.device
) -> EmbeddingNetwork:
    if isinstance(spec, tuple):
        name, checkpoint = spec
        backbone = load_backbone_of_run(read_config(name), checkpoint)
    else:
        backbone = load_backbone_model(spec)
    backbone.model.to(device)
    return EmbeddingNetwork(backbone)
