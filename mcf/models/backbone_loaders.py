"""Frozen backbones from files and configs."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import torch
from mmengine.config import Config
from mmengine.logging import MMLogger
from mmpretrain.models import VisionTransformer
from torch import nn

from mcf.checkpoint import (
    FORMATS,
    AllocationLimit,
    CheckpointFile,
    backbone_config,
    check_positions,
    declared_network,
    detect_format,
    load_state,
)
from mcf.checkpoint.key_maps import State
from mcf.models.backbones import MaskedBackbone, TimmBackbone
from mcf.models.frozen_backbone import FrozenBackbone, split_tokens
from mcf.models.weightless import weightless_copy
from mcf.registry import MODELS, registry_scope
from mcf.utils.declared import MEAN, SIZE, STD, crop_recipe, dataset_meta, said_by

LONGEST_REASON = 2000
"""Characters of what torch has to say about weights that do not fit."""


def load_backbone_model(path: str | Path) -> FrozenBackbone:
    """Backbone of a file that says what it holds.

    A pre-training run exports such a file, ``tools/convert_checkpoint.py`` makes one of
    public weights. Public ViTs whose format fixes their image statistics
    (:data:`mcf.checkpoint.FORMATS`) need no conversion.

    The file chooses among published networks and settings, no more, and none that is
    larger than its weights (docs/trust.md).

    Args:
        path: File with ``state_dict`` and ``meta`` (at least ``backbone``, the config,
            and ``img_size``, ``mean``, ``std``).

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If the file does not say what it contains, does not fit, or asks
            for anything that is not listed.
    """
    file = CheckpointFile(path)
    meta = file.meta
    if not meta and (public := _public_backbone(file)) is not None:
        return public
    needed = ("backbone", "img_size", "mean", "std")
    missing = [k for k in needed if meta.get(k) is None]
    if missing:
        raise ValueError(
            f"{path} does not say what it holds: its meta lacks {', '.join(missing)}. "
            "For a checkpoint of a training run give its config too; convert public "
            "weights with tools/convert_checkpoint.py (--source tells their mean and "
            "std), or give a config of `model.backbone` and `model.data_preprocessor`"
        )
    state = file.state()
    with said_by(path):
        config = declared_network(meta["backbone"])
        crop = meta.get("crop")
        inputs = dict(
            img_size=SIZE(meta["img_size"], "img_size"),
            mean=MEAN(meta["mean"], "mean"),
            std=STD(meta["std"], "std"),
            crop=None if crop is None else crop_recipe(crop, "crop"),
        )
        model = _declared_model(config, inputs["img_size"], state)
    return _loaded(model, config, state, file.name, **inputs)


def _public_backbone(file: CheckpointFile) -> FrozenBackbone | None:
    """Backbone of a public file; None if its names do not tell its statistics."""
    try:
        state = file.state()
        fmt = FORMATS[detect_format(state)]
    except ValueError:
        return None
    if fmt.statistics is None:
        return None
    with said_by(file.name):
        config = backbone_config(state, fmt.name)
    return _loaded(
        _model(config),
        config,
        state,
        file.name,
        img_size=config["img_size"],
        mean=fmt.statistics.mean,
        std=fmt.statistics.std,
        crop=None,
    )


def load_backbone_of_run(
    config: str | Path | Config, checkpoint: str | Path
) -> FrozenBackbone:
    """Encoder that a config describes, with the weights of a file.

    Args:
        config: Config of a pre-training run or its file. Any with ``model.backbone``
            and ``model.data_preprocessor`` will do.
        checkpoint: One of the run's checkpoints, or any weights that fit, see
            :func:`mcf.checkpoint.load_strict`.

    Raises:
        FileNotFoundError: If a file is missing.
        ValueError: If the checkpoint does not fit the config, or the model takes BGR.
    """
    config = config if isinstance(config, Config) else Config.fromfile(config)
    file = CheckpointFile(checkpoint)
    with said_by(checkpoint):
        crop = dataset_meta(file.meta.get("dataset_meta")).get("crop")
    return backbone_of_config(config, file.state(), source=file.name, crop=crop)


def backbone_of_config(
    config: Config, state: State, *, source: str, crop: Mapping | None = None
) -> FrozenBackbone:
    """Backbone that a pre-training config describes, with the given weights.

    Args:
        config: Config of the run.
        state: Weights of the run, whose names start with ``backbone.``; or any that
            fit, see :func:`mcf.checkpoint.load_strict`.
        source: What messages call the weights; their file.
        crop: Recipe that cut the faces of its training, if known.

    Raises:
        ValueError: If the weights do not fit, or the model takes BGR.
    """
    model = config.model.to_dict()
    preprocessor = model["data_preprocessor"]
    if not (preprocessor.get("to_rgb") or preprocessor.get("bgr_to_rgb")):
        raise ValueError(
            f"{config.filename}: features are of RGB images; set to_rgb=True"
        )
    return _loaded(
        _model(model["backbone"]),
        model["backbone"],
        state,
        source,
        img_size=model["backbone"].get("img_size", 224),
        mean=preprocessor["mean"],
        std=preprocessor["std"],
        crop=crop,
    )


def untrained_copy(backbone: FrozenBackbone, *, seed: int) -> FrozenBackbone:
    """The same architecture with random weights, for comparison."""
    with torch.random.fork_rng(devices=[]), _without_init_log():
        torch.manual_seed(seed)
        model = _model(backbone.config)
        model.init_weights()
    return replace(backbone, model=model)


def _without_files(config: dict) -> dict:
    """Config of a network, and of those in it, that reads no weights."""
    files = dict.fromkeys({"init_cfg", "checkpoint"} & set(config))
    inner = {k: _without_files(v) for k, v in config.items() if isinstance(v, dict)}
    return {**config, **inner, **files}


def _model(config: dict) -> nn.Module:
    """Network in evaluation mode, with the class's own initialisation to come."""
    with registry_scope("mmpretrain"):
        model = MODELS.build(_without_files({**config, "init_cfg": None}))
    if isinstance(model, VisionTransformer):
        model.out_type = "raw"
    model.eval()  # not chained: mmpretrain's backbones return None
    return model


def _declared_model(config: dict, img_size: int | list[int], state: State) -> nn.Module:
    """Network that a file describes, no larger than the file's weights.

    Raises:
        ValueError: If its settings do not go together or are too large.
    """
    size = [img_size] * 2 if isinstance(img_size, int) else img_size
    try:
        with AllocationLimit(state.values()):
            model = _model(config)
        check_positions(model.state_dict(), state)
        shapes = weightless_copy(model)
        split_tokens(shapes, torch.zeros(1, 3, *size, device="meta"))
    except ModuleNotFoundError:
        raise
    except Exception as error:  # networks raise many types on settings that clash
        reason = f"{error}"[:LONGEST_REASON]
        raise ValueError(f"its {config['type']} cannot be built: {reason}") from error
    return model


@contextmanager
def _without_init_log() -> Iterator[None]:
    """MMEngine's initialisation without its report on every parameter."""
    logger = MMLogger.get_current_instance()
    level = logger.level
    logger.setLevel("WARNING")
    try:
        yield
    finally:
        logger.setLevel(level)


def _loaded(
    model: nn.Module,
    config: dict,
    state: State,
    source: str,
    *,
    img_size: int | Sequence[int],
    mean: Sequence[float],
    std: Sequence[float],
    crop: Mapping | None,
) -> FrozenBackbone:
    sides = {img_size} if isinstance(img_size, int) else set(img_size)
    if len(sides) > 1:
        raise ValueError(f"{source}: features are of square images, not {img_size}")
    prefix = "backbone."
    own = {
        name.removeprefix(prefix): tensor
        for name, tensor in state.items()
        if name.startswith(prefix)
    }
    try:
        if own:
            model.load_state_dict(own)
        else:  # weights of no run
            load_state(_network(model), state, source)
    except RuntimeError as error:
        reason = f"{error}"[:LONGEST_REASON]
        raise ValueError(
            f"weights {prefix}* of {source} do not fit the backbone: {reason}. Give "
            "the config of the run that wrote them"
        ) from error
    return FrozenBackbone(model, config, sides.pop(), tuple(mean), tuple(std), crop)


def _network(model: nn.Module) -> nn.Module:
    """What an adapter wraps: the network whose names public weights have."""
    model = model.network if isinstance(model, MaskedBackbone) else model
    return model.model if isinstance(model, TimmBackbone) else model
