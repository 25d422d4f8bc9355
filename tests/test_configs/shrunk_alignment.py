"""Alignment configs on replicas of their data, with networks that a test can afford."""

import re
from pathlib import Path

from mmengine.config import Config

from tests import replicas

CONFIGS = sorted((Path(__file__).parents[2] / "configs/alignment").glob("*.py"))
NAME = re.compile(
    r"(?P<network>mcf_vit-(?P<size>tiny|base)-p(?P<patch>\d+)"
    r"|resnet50|swin-tiny|convnext-tiny)"
    r"_(?P<head>[a-z]+)_(?P<gpus>\d+)xb(?P<batch>\d+)-fp32"
    r"-(?P<schedule>step|coslr)-(?P<epochs>\d+)e"
    r"_(?P<data>[a-z0-9]+)(-(?P<variant>[a-z0-9]+))?-(?P<side>\d+)"
    r"(_(?P<kept>frozen|lora))?"
)
WRITERS = {
    "aflw19": replicas.write_aflw19,
    "300w": replicas.write_ibug300w,
    "wflw": replicas.write_wflw98,
    "cofw": replicas.write_cofw29,
    "lapa106": replicas.write_lapa106,
    "helen29": replicas.write_helen29,
}
WIDTH = 24
FACES = 4


def claims(config: Config) -> dict[str, str | None]:
    """Parts of a config's name."""
    return NAME.fullmatch(Path(config.filename).stem).groupdict()


def innermost(loader: dict) -> dict:
    """Data set below the wrapper that seeds it."""
    dataset = loader["dataset"]
    return dataset.get("dataset", dataset)


def use_replica(config: Config, root: Path | None) -> None:
    """Read at most four faces a part, from a replica where there is a root."""
    for role in ("train", "val", "test"):
        loader = config[f"{role}_dataloader"]
        loader.update(batch_size=2, num_workers=0, persistent_workers=False)
        dataset = innermost(loader)
        if root is None:
            dataset["length"] = FACES
        else:
            dataset.update(data_root=str(root), indices=FACES)


def shrink(config: Config) -> None:
    """Make the network narrow, without weights from elsewhere; keep its shape."""
    model = config.model
    model.backbone.pop("init_cfg", None)
    if model.backbone.type == "mmpretrain.SwinTransformer":
        model.backbone.pad_small_map = True
    if model.backbone.type != "mcf.DenseViT":
        crop_to(config, 64)
    else:
        model.backbone.arch = dict(
            embed_dims=WIDTH,
            num_layers=max(model.backbone.out_indices) + 1,
            num_heads=2,
            feedforward_channels=32,
        )
        several = not isinstance(model.head.in_channels, int)
        model.head.in_channels = [WIDTH] * 4 if several else WIDTH
        if "embed_dims" in model.get("neck", {}):
            model.neck.embed_dims = WIDTH
    if model.head.type == "mcf.HeatmapCoordHead":
        model.head.channels = 8


def crop_to(config: Config, side: int) -> None:
    """Another size of the crops, for networks that take any."""
    config.model.head.decoder.input_size = (side, side)
    for role in ("train", "val", "test"):
        for step in innermost(config[f"{role}_dataloader"]).pipeline:
            if step.type == "mcf.FaceCrop":
                step.size = side
            elif step.type == "GenerateTarget":
                step.encoder.input_size = (side, side)
