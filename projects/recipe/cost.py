"""FLOPs of one training image, by config, with teachers of random weights."""

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import mcf  # noqa: F401  first: it lets the host libraries import

# isort: split

import torch
from mmengine.config import Config
from mmengine.registry import DefaultScope

from mcf.engine.hooks.cost_hook import flops_per_image
from mcf.registry import MODELS

IMAGES = 2


def with_built_teachers(value: object, folder: str) -> object:
    """Model config whose teachers need no files and whose caches are in ``folder``."""
    if isinstance(value, dict):
        value = {key: with_built_teachers(v, folder) for key, v in value.items()}
        if value.get("type") == "mcf.TeacherTarget":
            value |= dict(model=MODELS.build(value["model"]), checkpoint=None)
        if value.get("type") == "mcf.CachedTeacher":
            value["folder"] = folder
        return value
    if isinstance(value, (list, tuple)):
        return [with_built_teachers(item, folder) for item in value]
    return value


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("configs", nargs="+", type=Path)
    for path in parser.parse_args(argv).configs:
        config = Config.fromfile(path)
        pipeline = config.train_dataloader.dataset.dataset.pipeline
        side = next(step.scale for step in pipeline if step.type == "ResizeEdge")
        images = torch.randint(0, 256, (IMAGES, 3, side, side), dtype=torch.uint8)
        batch = dict(inputs=images, data_samples=[None] * IMAGES)
        with (
            TemporaryDirectory() as folder,
            DefaultScope.overwrite_default_scope("mmpretrain"),
        ):
            model = MODELS.build(with_built_teachers(config.model.to_dict(), folder))
            first, later = (flops_per_image(model, batch) for _ in range(2))
        print(f"{path.stem}: {first / 1e9:.3f} GFLOPs, later {later / 1e9:.3f}")


if __name__ == "__main__":
    sys.exit(main())
