"""A joint model beside its tasks alone, each trained on as many samples of its own.

    python -m projects.joint.compare CONFIG --iterations 400 --out work_dirs/compare

Arms are the tasks' names and ``joint``. Network, data, augmentation, schedule and seed
are those of the config; an arm of one task leaves out the other's head, data and
metric, and has a batch of its own share. Scores are of the last weights, for a mean of
so few steps would hold the beginning. Results of arms that are there are kept.
"""

import argparse
import json
import time
from pathlib import Path

from mmengine.config import Config

from mcf.commands.parser import add_config_options
from mcf.engine.train import train
from mcf.utils.atomic_file import write_json
from mcf.utils.configs import read_config
from mcf.utils.options import merge_options
from mcf.utils.tables import markdown_table

JOINT = "joint"


def arm_config(config: Config, arm: str, iterations: int) -> Config:
    """Config of an arm, for so many steps, scored after the last one."""
    tasks = dict(config.model.tasks)
    shares = dict(config.train_dataloader.sampler.shares)
    if arm != JOINT:
        own = {arm}
        batch = config.train_dataloader.batch_size * shares[arm] // sum(shares.values())
        config.train_dataloader.batch_size = batch
        config.model.tasks = {k: v for k, v in tasks.items() if k in own}
        weights = config.model.loss_weights
        config.model.loss_weights = {k: v for k, v in weights.items() if k in own}
        config.train_dataloader.sampler.shares = {arm: 1}
        for dataset in (
            config.train_dataloader.dataset.dataset,
            config.val_dataloader.dataset,
        ):
            dataset.tasks = {k: v for k, v in dataset.tasks.items() if k in own}
        metrics = config.val_evaluator.metrics
        config.val_evaluator.metrics = {k: v for k, v in metrics.items() if k in own}
    config.test_dataloader = config.test_cfg = config.test_evaluator = None
    config.train_cfg = dict(
        type="IterBasedTrainLoop", max_iters=iterations, val_interval=iterations
    )
    warm_up, cosine = config.param_scheduler
    config.param_scheduler = [
        dict(warm_up, end=min(100, iterations // 4 or 1)),
        dict(
            type=cosine.type, T_max=iterations, by_epoch=False, begin=0, end=iterations
        ),
    ]
    config.default_hooks.checkpoint = dict(
        type="mcf.AtomicCheckpointHook", interval=iterations, by_epoch=False
    )
    config.custom_hooks = [h for h in config.custom_hooks if h.type != "EMAHook"]
    config.log_processor = dict(window_size=50, by_epoch=False)
    return config


def run_arm(args: argparse.Namespace, arm: str) -> dict:
    """Train and score an arm, unless its scores are there."""
    file = args.out / arm / "scores.json"
    if file.is_file():
        return json.loads(file.read_text())
    config = read_config(args.config)
    merge_options(config, args.cfg_options or [])
    config = arm_config(config, arm, args.iterations)
    start, wall = time.process_time(), time.perf_counter()
    runner = train(config, out=args.out / arm, init_from=args.init_from, seed=args.seed)
    scores = {
        name.removeprefix("val/"): float(runner.message_hub.get_scalar(name).current())
        for name in runner.message_hub.log_scalars
        if name.startswith("val/") and "time" not in name
    }
    found = dict(
        scores=scores,
        processor_seconds=time.process_time() - start,
        wall_seconds=time.perf_counter() - wall,
    )
    write_json(found, file)
    return found


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("config")
    parser.add_argument("--iterations", type=int, default=400)
    parser.add_argument("--arms", nargs="+", help="default: all")
    parser.add_argument("--init-from", help="weights of the backbone")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, required=True)
    add_config_options(parser)
    args = parser.parse_args(argv)
    names = [*read_config(args.config).model.tasks, JOINT]
    found = {arm: run_arm(args, arm) for arm in args.arms or names}
    print(table(found))


def table(found: dict[str, dict]) -> str:
    """Scores of each arm; columns are the arms."""
    scores = dict.fromkeys(k for one in found.values() for k in one["scores"])
    shown = [name for name in scores if name.endswith(("/mF1", "interocular"))]
    rows = [
        [name, *(_number(one["scores"].get(name)) for one in found.values())]
        for name in shown
    ]
    seconds = [f"{one['processor_seconds']:.0f}" for one in found.values()]
    rows.append(["processor seconds", *seconds])
    return "\n".join(markdown_table(["score", *found], rows, numbers=True))


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


if __name__ == "__main__":
    main()
