"""A row by fine-tuning: the same data through a whole training run."""

from pathlib import Path

from mmengine.config import Config
from mmpretrain.models import VisionTransformer

from mcf.benchmark.encoder import Encoder
from mcf.benchmark.measure import Outcome
from mcf.benchmark.row import Row
from mcf.checkpoint import save_checkpoint
from mcf.engine.train import train
from mcf.models.frozen_backbone import FrozenBackbone
from mcf.utils.configs import read_config

PREFIX = "face/"


def fine_tuned(
    encoder: Encoder, row: Row, seed: int, folder: Path, *, options: dict | None = None
) -> Outcome:
    """Scores of the last epoch of a fine-tuning by the row's config.

    The config gives head, loss, schedule and augmentation; the backbone, its size and
    statistics are the encoder's. A run that was killed goes on from its checkpoint.

    Args:
        encoder: Where the backbone starts from.
        row: What is asked; its ``fine_tune`` names the config.
        seed: Of everything random.
        folder: Where runs lie.
        options: Settings that override all others, by dotted name.

    Raises:
        LookupError: If the encoder is no ViT of mmpretrain with a class token.
    """
    backbone = encoder.backbone
    model = None if backbone is None else backbone.model
    if not isinstance(model, VisionTransformer) or not model.num_extra_tokens:
        raise LookupError(
            f"{encoder.name} is no ViT of mmpretrain with a class token, which the "
            f"config {row.fine_tune} could train: give a backbone's file"
        )
    config = fine_tuning_config(row, backbone)
    out = folder / f"{row.name}_{seed}"
    out.mkdir(parents=True, exist_ok=True)
    weights = out / "start.pth"
    if not weights.is_file():
        state = backbone.model.state_dict()
        save_checkpoint(weights, {f"backbone.{k}": v for k, v in state.items()}, {})
    runner = train(
        config, out=out, init_from=weights, resume=True, seed=seed, options=options
    )
    found = runner.test()
    scores = {name.removeprefix(PREFIX): float(v) for name, v in found.items()}
    loaders = runner.train_dataloader, runner.test_dataloader
    counts = {
        part: len(loader.dataset) for part, loader in zip(("train", "test"), loaders)
    }
    return Outcome(scores, counts=counts)


def fine_tuning_config(row: Row, backbone: FrozenBackbone) -> Config:
    """Config of a row's training with another backbone, its size and its data."""
    config = read_config(row.fine_tune)
    own, model = config.model.backbone, backbone.model
    out_type = own.get("out_type", "cls_token")
    settings = {**backbone.config, "out_type": out_type, "init_cfg": None}
    config.model.pop("backbone")
    config.model.backbone = settings
    config.model.head.in_channels = model.embed_dims
    config.model.data_preprocessor.mean = list(backbone.mean)
    config.model.data_preprocessor.std = list(backbone.std)
    placed = row.placed()
    for part in ("train", "test"):
        loader = config[f"{part}_dataloader"]
        pipeline = loader.dataset.pipeline
        for step in pipeline:
            if step.type == "Resize":
                step.scale = (backbone.img_size, backbone.img_size)
        loader.dataset = dict(placed[part], pipeline=pipeline)
    return config
