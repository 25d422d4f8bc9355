"""A network to export, in both forms, and the metadata for its file."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mmengine.config import Config
from torch import nn

from mcf.crops.rule import CropRule
from mcf.hub.download import ensure
from mcf.hub.registry import find_model
from mcf.inference.attribute_network import AttributeNetwork
from mcf.inference.embedding_network import EmbeddingNetwork
from mcf.inference.joint_network import joint_network
from mcf.inference.landmark_network import LandmarkNetwork
from mcf.inference.loading import LoadedNetwork, load_network
from mcf.inference.model_card import ModelCard
from mcf.inference.models import (
    AttributeModel,
    EmbeddingModel,
    JointModel,
    LandmarkModel,
    ParsingModel,
)
from mcf.inference.parsing_network import ParsingNetwork
from mcf.inference.shared_network import SharedNetwork
from mcf.models.backbone_loaders import load_backbone_model, load_backbone_of_run
from mcf.models.frozen_backbone import FrozenBackbone, Pooling
from mcf.utils.checksums import file_checksum
from mcf.utils.configs import read_config
from mcf.version import __version__

from .graphs import (
    AttributeGraph,
    BackboneGraph,
    JointGraph,
    LandmarkGraph,
    ParsingGraph,
    SharedGraph,
)

FaceModel = LandmarkModel | ParsingModel | EmbeddingModel | JointModel | AttributeModel
TO_RGB = ("bgr_to_rgb", "to_rgb")
"""How hosts call it that images, which are read as BGR, become RGB."""


@dataclass(frozen=True)
class Subject:
    """A network to export.

    Attributes:
        graph: What becomes of it.
        card: What its file will say.
        eager: The same network as :class:`~mcf.apis.FaceInferencer` runs it, for
            comparison.
    """

    graph: nn.Module
    card: ModelCard
    eager: FaceModel


def open_subject(
    checkpoint: str | Path,
    config: str | Path | Config | None = None,
    *,
    decode: bool = False,
    pooling: Pooling = "mean",
) -> Subject:
    """Network of a checkpoint.

    Args:
        checkpoint: Of an alignment, parsing or pre-training run, the
            ``backbone_*.pth`` that a pre-training run exports, or without a config
            the name of a model of :mod:`mcf.hub`.
        config: Of the run: a model name, file or config. None for a backbone's file.
        decode: Whether the graph shall give points, labels or an embedding too.
        pooling: Of a backbone's embedding.

    Raises:
        FileNotFoundError: If a file is missing.
        ImportError: If mmpose or mmsegmentation is missing where the task needs it.
        ValueError: If the checkpoint does not fit, or the network cannot be exported.
    """
    if config is None:
        named = find_model(str(checkpoint))
        if named is not None and named.task != "backbone":
            return _network(load_network(named.name), decode)
        checkpoint = checkpoint if named is None else ensure(named)
        backbone = load_backbone_model(checkpoint)
        return _backbone(backbone, pooling, decode, _source(checkpoint))
    config = read_config(config)
    scope = config.get("default_scope")
    if scope == "mmpretrain":
        backbone = load_backbone_of_run(config, checkpoint)
        return _backbone(backbone, pooling, decode, _source(checkpoint, config))
    if scope not in ("mmpose", "mmseg", "mcf"):
        raise ValueError(
            f"{config.filename}: default_scope {scope!r} is none of mmpose "
            "(alignment), mmseg (parsing), mmpretrain (a backbone) and mcf (joint)"
        )
    return _network(load_network(config, checkpoint), decode)


def _network(network: LoadedNetwork, decode: bool) -> Subject:
    config = network.config
    scope = config.get("default_scope")
    source = _source(network.checkpoint, config)
    images = _images(config.model.data_preprocessor)
    if scope == "mcf":
        joint = joint_network(network)
        if isinstance(joint, SharedNetwork):
            graph = SharedGraph(network.model, points=joint.points, parts=joint.parts)
        else:
            graph = JointGraph(network.model, joint.rule.size)
        meaning = dict(
            landmarks=joint.schema, points=joint.count, class_set=joint.class_set
        )
        return _subject(graph, joint, "joint", **meaning, **images, **source)
    if scope == "mmpretrain":
        attributes = AttributeNetwork(network)
        graph = AttributeGraph(network.model, decode=decode)
        meaning = network.dataset_meta()
        return _subject(graph, attributes, "attributes", **meaning, **images, **source)
    if scope == "mmpose":
        landmarks = LandmarkNetwork(network)
        if not isinstance(landmarks.rule, CropRule):
            raise ValueError(
                f"{network.name} cuts faces by mmpose's own transforms, which exported "
                "files cannot say; run it on PyTorch, or export it with mmpose's tools"
            )
        graph = LandmarkGraph(network.model, decode=decode)
        meaning = dict(landmarks=landmarks.schema, points=landmarks.count)
        return _subject(graph, landmarks, "landmarks", **meaning, **images, **source)
    parts = ParsingNetwork(network)
    _check_unpadded(network, parts.rule.size)
    graph = ParsingGraph(network.model, decode=decode)
    return _subject(
        graph, parts, "parsing", class_set=parts.class_set, **images, **source
    )


def _backbone(
    backbone: FrozenBackbone, pooling: Pooling, decode: bool, source: Mapping
) -> Subject:
    graph = BackboneGraph(backbone.model, pooling=pooling, decode=decode)
    images = dict(channels="rgb", mean=backbone.mean, std=backbone.std)
    eager = EmbeddingNetwork(backbone, pooling=pooling)
    return _subject(graph, eager, "embedding", **images, **source)


def _subject(graph: nn.Module, eager: FaceModel, task: str, **card: object) -> Subject:
    graph.eval()
    card = ModelCard(task=task, crop=eager.rule, outputs=graph.outputs, **card)
    return Subject(graph, card, eager)


def _check_unpadded(network: LoadedNetwork, size: tuple[int, int]) -> None:
    """Refuse a data preprocessor that would add a border to crops of a size."""
    padding = network.model.data_preprocessor.test_cfg or {}
    divisor = padding.get("size_divisor") or 1
    least = tuple(padding.get("size") or size)[::-1]
    if any(a % divisor or a < b for a, b in zip(size, least)):
        raise ValueError(
            f"{network.name} pads its crops of {size} by {dict(padding)}, which "
            "exported files cannot say: export with a size that needs no padding"
        )


def _images(preprocessor: Mapping) -> dict:
    """What a data preprocessor of OpenMMLab does to images, which are read as BGR."""
    if preprocessor.get("rgb_to_bgr"):
        raise ValueError(
            "a data preprocessor with rgb_to_bgr expects RGB images, which no pipeline "
            "of MCF reads; set bgr_to_rgb"
        )
    return dict(
        channels="rgb" if any(map(preprocessor.get, TO_RGB)) else "bgr",
        mean=tuple(preprocessor.get("mean") or (0.0,) * 3),
        std=tuple(preprocessor.get("std") or (1.0,) * 3),
    )


def _source(checkpoint: str | Path, config: Config | None = None) -> dict[str, str]:
    file = Path(checkpoint).expanduser()
    return dict(
        config="" if config is None else Path(config.filename or "").stem,
        checkpoint=file.name,
        sha256=file_checksum(file),
        mcf_version=__version__,
    )
