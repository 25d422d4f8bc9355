"""Features of a frozen backbone."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
import torch
from mmengine.config import Config
from mmengine.logging import MMLogger
from mmpretrain.models import MAEViT, VisionTransformer
from torch import Tensor, nn

from mcf.checkpoint import (
    FORMATS,
    AllocationLimit,
    backbone_config,
    check_positions,
    declared_network,
    detect_format,
    load_strict,
    read_meta,
    read_state,
    resolve_checkpoint,
)
from mcf.checkpoint.safe_load import load_file
from mcf.models.backbones import MaskedBackbone, TimmBackbone
from mcf.models.teachers.taps import check_taps, tap_features
from mcf.models.weightless import weightless_copy
from mcf.registry import MODELS, registry_scope
from mcf.utils.declared import MEAN, SIZE, STD, crop_recipe, dataset_meta, said_by

LONGEST_REASON = 2000
"""Characters of what torch has to say about weights that do not fit."""
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
    path = resolve_checkpoint(path)
    content, meta = load_file(path), read_meta(path)
    if not meta and (public := _public_backbone(path, content)) is not None:
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
    with said_by(path):
        config = declared_network(meta["backbone"])
        crop = meta.get("crop")
        inputs = dict(
            img_size=SIZE(meta["img_size"], "img_size"),
            mean=MEAN(meta["mean"], "mean"),
            std=STD(meta["std"], "std"),
            crop=None if crop is None else crop_recipe(crop, "crop"),
        )
        model = _declared_model(config, inputs["img_size"], content)
    return _loaded(model, config, content, path, **inputs)


def _public_backbone(path: Path, content: object) -> FrozenBackbone | None:
    """Backbone of a public file; None if its names do not tell its statistics."""
    try:
        state = read_state(path)
        fmt = FORMATS[detect_format(state)]
    except ValueError:
        return None
    if fmt.statistics is None:
        return None
    with said_by(path):
        config = backbone_config(state, fmt.name)
    return _loaded(
        _model(config),
        config,
        content,
        path,
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
    return backbone_of_config(config, load_file(checkpoint), source=checkpoint)


def backbone_of_config(
    config: Config, content: dict, *, source: str | Path
) -> FrozenBackbone:
    """Backbone that a pre-training config describes, with given weights.

    Args:
        config: Config of the run.
        content: Weights whose names start with ``backbone.``, or a checkpoint's dict
            with such a ``state_dict``. If there are none, ``source`` is read.
        source: What messages call the weights; their file.

    Raises:
        ValueError: If the weights do not fit, or the model takes BGR.
    """
    model = config.model.to_dict()
    preprocessor = model["data_preprocessor"]
    if not (preprocessor.get("to_rgb") or preprocessor.get("bgr_to_rgb")):
        raise ValueError(
            f"{config.filename}: features are of RGB images; set to_rgb=True"
        )
    meta = content.get("meta") if isinstance(content, Mapping) else None
    with said_by(source):
        facts = dataset_meta((meta or {}).get("dataset_meta"))
    return _loaded(
        _model(model["backbone"]),
        model["backbone"],
        content,
        source,
        img_size=model["backbone"].get("img_size", 224),
        mean=preprocessor["mean"],
        std=preprocessor["std"],
        crop=facts.get("crop"),
    )


def untrained_copy(backbone: FrozenBackbone, *, seed: int) -> FrozenBackbone:
    """The same architecture with random weights, for comparison."""
    with torch.random.fork_rng(devices=[]), _without_init_log():
        torch.manual_seed(seed)
        model = _model(backbone.config)
        model.init_weights()
    return replace(backbone, model=model)


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
        backbone: Result of one of the loaders above.
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
        backbone: Result of one of the loaders above.
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


def _declared_model(
    config: dict, img_size: int | list[int], content: Mapping
) -> nn.Module:
    """Network that a file describes, no larger than the file's weights.

    Raises:
        ValueError: If its settings do not go together or are too large.
    """
    state = _state(content)
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


def _state(content: object) -> dict[str, Tensor]:
    """Named tensors of a file, without what else it holds."""
    if not isinstance(content, Mapping):
        return {}
    state = content.get("state_dict", content)
    named = state.items() if isinstance(state, Mapping) else ()
    return {k: v for k, v in named if isinstance(k, str) and isinstance(v, Tensor)}


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
    content: dict,
    path: str | Path,
    *,
    img_size: int | Sequence[int],
    mean: Sequence[float],
    std: Sequence[float],
    crop: Mapping | None,
) -> FrozenBackbone:
    sides = {img_size} if isinstance(img_size, int) else set(img_size)
    if len(sides) > 1:
        raise ValueError(f"{path}: features are of square images, not {img_size}")
    prefix = "backbone."
    state = {
        name.removeprefix(prefix): tensor
        for name, tensor in _state(content).items()
        if name.startswith(prefix)
    }
    try:
        if state:
            model.load_state_dict(state)
        else:  # weights of no run
            load_strict(_network(model), path)
    except RuntimeError as error:
        reason = f"{error}"[:LONGEST_REASON]
        raise ValueError(
            f"weights {prefix}* of {path} do not fit the backbone: {reason}. Give the "
            "config of the run that wrote them"
        ) from error
    return FrozenBackbone(model, config, sides.pop(), tuple(mean), tuple(std), crop)


def _network(model: nn.Module) -> nn.Module:
    """What an adapter wraps: the network whose names public weights have."""
    model = model.network if isinstance(model, MaskedBackbone) else model
    return model.model if isinstance(model, TimmBackbone) else model


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
