"""Encoders by name or file."""

from pathlib import Path

import numpy as np
from mmengine.config import Config
from torch import nn

from mcf.benchmark.encoder import (
    Encoder,
    backbone_encoder,
    embedding_encoder,
    pixel_encoder,
)
from mcf.benchmark.transformers_folder import transformers_backbone
from mcf.hub.download import ensure
from mcf.hub.registry import find_model
from mcf.inference.onnx_models import OnnxEmbedding, OnnxNetwork
from mcf.models.backbone_loaders import (
    load_backbone_model,
    load_backbone_of_run,
    untrained_copy,
)
from mcf.models.frozen_backbone import FrozenBackbone
from mcf.models.teachers.tap_maps import TapMaps
from mcf.registry import MODELS, registry_scope
from mcf.utils.checksums import file_checksum
from mcf.utils.configs import config_file, shipped_configs

TIMM = "timm:"
TRANSFORMERS = "transformers:"
GRID = 8
"""Side of the grid on which the taps of a published network lie."""


def open_encoder(
    name: str,
    *,
    checkpoint: str | Path | None = None,
    untrained: int | None = None,
    img_size: int | None = None,
    device: str = "cpu",
) -> Encoder:
    """Encoder of a name or file.

    ===================== ==========================================================
    name                  what
    ===================== ==========================================================
    ``pixels``            the image itself
    ``timm:NAME``         any network of timm; weights from ``checkpoint``
    ``transformers:PATH`` a vision model of transformers in a local folder
    ``*.onnx``            an embedding that ``mcf export --decode`` wrote
    a model of the hub    fetched if it is not here (``mcf models``)
    config                a run's, with ``checkpoint``; or one with ``teacher``, a
                          published network by its taps (``configs/benchmark/``)
    other file            a backbone that says what it holds, or a public ViT
    ===================== ==========================================================

    Args:
        name: As above.
        checkpoint: Weights for a config or a network of timm.
        untrained: Seed of random weights in place of any others.
        img_size: Side of its images, for ``pixels`` and networks of timm; the others
            have one.
        device: Where to compute.

    Raises:
        FileNotFoundError: If a file is missing.
        ImportError: If a package is missing.
        ValueError: If there is no such name, an argument has no meaning for it, or the
            weights are missing or do not fit.
    """
    whole = name == "pixels" or name.endswith(".onnx") or name.startswith(TRANSFORMERS)
    if whole and (checkpoint is not None or untrained is not None):
        raise ValueError(f"{name} takes neither a checkpoint nor random weights")
    if img_size is not None and not name.startswith((TIMM, "pixels")):
        raise ValueError(
            f"{name} has its own size: img_size (--img-size) is for `pixels` and timm:"
        )
    if name == "pixels":
        return pixel_encoder(img_size or 112)
    if name.endswith(".onnx"):
        return _onnx(Path(name), device)
    title = Path(name.removeprefix(TIMM) if checkpoint is None else checkpoint).stem
    if name.startswith(TRANSFORMERS):
        backbone = transformers_backbone(name.removeprefix(TRANSFORMERS))
    elif name.startswith(TIMM):
        timm = name.removeprefix(TIMM)
        backbone = _timm(timm, checkpoint, img_size, untrained is not None)
    elif name in shipped_configs() or name.endswith(".py"):
        config = Config.fromfile(config_file(name))
        if "model" not in config:
            return _taps(config, title, checkpoint, untrained, device)
        backbone = _of_config(config, checkpoint, untrained is not None)
    else:
        if checkpoint is not None:
            raise ValueError(f"{name} is no config: it takes no other weights")
        named = find_model(name)
        backbone = load_backbone_model(name if named is None else ensure(named))
    if untrained is None:
        return backbone_encoder(backbone, title, device=device)
    backbone = untrained_copy(backbone, seed=untrained)
    title = f"{title} untrained, seed {untrained}"
    return backbone_encoder(backbone, title, device=device, trained=False)


def _of_config(
    config: Config, checkpoint: str | Path | None, untrained: bool
) -> FrozenBackbone:
    if checkpoint is not None:
        return load_backbone_of_run(config, checkpoint)
    if not untrained:
        raise ValueError(
            f"{config.filename} has no weights: give --checkpoint FILE, or --untrained "
            "to score random ones"
        )
    model = config.model.to_dict()
    backbone, inputs = model["backbone"], model["data_preprocessor"]
    size = backbone.get("img_size", 224)
    mean, std = tuple(inputs["mean"]), tuple(inputs["std"])
    return FrozenBackbone(nn.Identity(), backbone, size, mean, std)


def _timm(
    name: str, checkpoint: str | Path | None, img_size: int | None, untrained: bool
) -> FrozenBackbone:
    """Network of timm with its published statistics; its last map is looked at."""
    if (checkpoint is None) != untrained:
        raise ValueError(
            f"timm's {name} needs either --checkpoint FILE (nothing is downloaded) or "
            "--untrained"
        )
    settings = {} if img_size is None else dict(img_size=img_size)
    config = dict(
        type="mcf.TimmBackbone",
        name=name,
        norm=True,
        settings=settings,
        checkpoint=None if checkpoint is None else str(checkpoint),
    )
    try:
        model = MODELS.build(config)
    except TypeError as error:
        raise ValueError(f"timm's {name} takes no img_size: {error}") from error
    model.eval()
    from timm import get_pretrained_cfg

    facts = get_pretrained_cfg(name)
    if facts is None:
        raise ValueError(f"timm publishes no statistics of {name!r}")
    mean, std = (tuple(255 * v for v in values) for values in (facts.mean, facts.std))
    size = img_size or facts.input_size[-1]
    return FrozenBackbone(model, config, size, mean, std)


def _taps(
    config: Config,
    name: str,
    checkpoint: str | Path | None,
    untrained: int | None,
    device: str,
) -> Encoder:
    """Published network of a config of ``teacher``, ``img_size`` and ``embedding``."""
    if untrained is not None:
        raise ValueError(f"{name} is a published network; it has no untrained copy")
    if "teacher" not in config or not isinstance(config.get("img_size"), int):
        raise ValueError(
            f"{config.filename} needs model, or teacher and img_size as in "
            "configs/benchmark/"
        )
    settings = config.teacher.to_dict() | dict(input_size=None)
    if checkpoint is not None:
        settings["checkpoint"] = str(checkpoint)
    with registry_scope("mmpretrain"):
        teacher = MODELS.build(settings)
    mean, std = (tuple(v.flatten().tolist()) for v in (teacher.mean, teacher.std))
    teacher.set_input_statistics(mean, std)
    maps = TapMaps(teacher, GRID).eval()
    backbone = FrozenBackbone(maps, settings, config.img_size, mean, std)
    if config.get("embedding"):
        return embedding_encoder(backbone, teacher.model, name, device=device)
    return backbone_encoder(backbone, name, device=device)


def _onnx(path: Path, device: str) -> Encoder:
    model = OnnxEmbedding(OnnxNetwork(path, device=device))
    width, height = model.rule.size
    if width != height:
        raise ValueError(f"{path} takes images of {width} x {height}, not squares")

    def vectors(squares: np.ndarray) -> dict[str, np.ndarray]:
        return {"embedding": model.predict(squares).astype(np.float32)}

    return Encoder(path.stem, file_checksum(path), width, vectors)
