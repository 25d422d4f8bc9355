"""What one training image costs by config: FLOPs, and processor time of a step.

Teachers have random weights. ``first`` is when they look at the true images, ``later``
when their features may be read from the disk. The configs take turns step by step, so
what else the machine does weighs on all alike.
"""

import argparse
import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import mcf  # noqa: F401  first: it lets the host libraries import

# isort: split

import torch
from mmengine.config import Config
from mmengine.optim import build_optim_wrapper
from mmengine.registry import DefaultScope
from torch import nn

from mcf.engine.hooks.cost_hook import flops_per_image
from mcf.registry import MODELS


def with_built_teachers(value: object, folder: Path) -> object:
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


def build(config: Config, folder: Path) -> nn.Module:
    """The algorithm of a config."""
    with DefaultScope.overwrite_default_scope("mmpretrain"):
        model = MODELS.build(with_built_teachers(config.model.to_dict(), folder))
        model.init_weights()
    return model


def random_batch(config: Config, count: int) -> dict:
    """Images of the size that the config's pipeline gives."""
    pipeline = config.train_dataloader.dataset.dataset.pipeline
    side = next(step.scale for step in pipeline if step.type == "ResizeEdge")
    images = torch.randint(0, 256, (count, 3, side, side), dtype=torch.uint8)
    return dict(inputs=images, data_samples=[None] * count)


def step_times(
    configs: list[Config], folder: Path, *, steps: int
) -> list[tuple[float, float]]:
    """Processor seconds per image: of the first step, and median of the later ones."""
    runs = []
    for i, config in enumerate(configs):
        model = build(config, folder / f"steps_{i}")
        wrapper = build_optim_wrapper(model, config.optim_wrapper)
        runs.append((model, wrapper, random_batch(config, 64), []))
    for _ in range(1 + steps):
        for model, wrapper, batch, times in runs:
            start = time.process_time()
            model.train_step(batch, wrapper)
            times.append((time.process_time() - start) / 64)
    return [(times[0], median(times[1:])) for *_, times in runs]


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("configs", nargs="+", type=Path)
    parser.add_argument("--steps", type=int, default=0, help="also time so many")
    args = parser.parse_args(argv)
    configs = [Config.fromfile(path) for path in args.configs]
    with TemporaryDirectory() as name:
        folder = Path(name)
        for path, config in zip(args.configs, configs):
            model, batch = build(config, folder / path.stem), random_batch(config, 2)
            first, later = (flops_per_image(model, batch) / 1e9 for _ in range(2))
            print(f"{path.stem}: {first:.3f} GFLOPs first, {later:.3f} later")
        if args.steps:
            times = step_times(configs, folder, steps=args.steps)
            for path, (first, later) in zip(args.configs, times):
                print(
                    f"{path.stem}: {1e3 * first:.2f} ms first, {1e3 * later:.2f} later"
                )


if __name__ == "__main__":
    sys.exit(main())
