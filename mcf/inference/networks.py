"""PyTorch networks from configs and checkpoints, by task."""

from pathlib import Path

import torch

from mcf.hub.download import ensure
from mcf.hub.registry import SCHEME, find_model, get_model
from mcf.models.backbone_loaders import load_backbone_model, load_backbone_of_run
from mcf.utils.configs import read_config

from .attribute_network import AttributeNetwork
from .embedding_network import EmbeddingNetwork
from .joint_network import joint_network
from .landmark_network import LandmarkNetwork
from .loading import LoadedNetwork, load_network
from .parsing_network import ParsingNetwork


def load_networks(
    landmarks: object,
    parsing: object,
    embedding: object,
    joint: object,
    attributes: object,
    *,
    device: str | torch.device,
) -> tuple[object, object, object, object, object]:
    """Build models from names, or configs and checkpoints; pass the others through.

    Args:
        landmarks: As for :class:`~mcf.inference.FaceInferencer`.
        parsing: As for :class:`~mcf.inference.FaceInferencer`.
        embedding: As for :class:`~mcf.inference.FaceInferencer`.
        joint: As for :class:`~mcf.inference.FaceInferencer`.
        attributes: As for :class:`~mcf.inference.FaceInferencer`.
        device: Where to put them.

    Raises:
        FileNotFoundError: If a config or checkpoint is missing.
        ValueError: If the device is not there, or a network does not fit its task.
    """
    if torch.device(device).type == "cuda" and not torch.cuda.is_available():
        raise ValueError(f"device={str(device)!r}, but PyTorch finds no GPU here")
    if isinstance(landmarks, (str, tuple)):
        landmarks = LandmarkNetwork(_load(landmarks, device))
    if isinstance(parsing, (str, tuple)):
        parsing = ParsingNetwork(_load(parsing, device))
    if isinstance(attributes, str):
        attributes = AttributeNetwork(_load(attributes, device))
    if isinstance(embedding, (str, Path, tuple)):
        embedding = _load_embedding(embedding, device)
    if isinstance(joint, tuple):
        joint = joint_network(load_network(*joint, device=device))
    return landmarks, parsing, embedding, joint, attributes


def _load(spec: str | tuple, device: str | torch.device) -> LoadedNetwork:
    """Network of a name, or of a config and its checkpoint.

    Raises:
        ValueError: If a text is no name of a model.
    """
    if isinstance(spec, tuple):
        return load_network(*spec, device=device)
    return load_network(get_model(spec.removeprefix(SCHEME)).name, device=device)


def _load_embedding(
    spec: str | Path | tuple, device: str | torch.device
) -> EmbeddingNetwork:
    if isinstance(spec, tuple):
        name, checkpoint = spec
        backbone = load_backbone_of_run(read_config(name), checkpoint)
    else:
        named = find_model(spec)
        backbone = load_backbone_model(spec if named is None else ensure(named))
    backbone.model.to(device)
    return EmbeddingNetwork(backbone)
