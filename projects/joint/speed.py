"""Points and parts by one backbone, or by two networks: time on a processor.

    python -m projects.joint.speed tiny --rounds 20
    python -m projects.joint.speed base --rounds 2

Random weights, one thread, one face. What is timed, in turn, is the seconds of the
processor that the thread itself uses, which other load changes little.
"""

import argparse
import os
import time
from collections.abc import Callable
from statistics import median

import torch
from mmengine.config import Config
from torch import nn

import mcf.alignment
import mcf.parsing  # noqa: F401
from mcf.export.graphs import LandmarkGraph, ParsingGraph, SharedGraph
from mcf.inference.loading import build_network
from mcf.utils.shipped import shipped_folder

POINTS, CLASSES = 68, 11
SIZES = {"tiny": ("vit-tiny-p14", 112), "base": ("vit-base-p16", 512)}
"""Files of the models, and the side of their crops."""


def network(name: str, scope: str, width: int | None = None) -> nn.Module:
    """Network of a base config, without statistics over devices.

    Args:
        name: Of its file.
        scope: Of its host.
        width: Channels of its head's fusion.
    """
    path = shipped_folder() / "configs" / "_base_" / "models" / f"{name}.py"
    config = Config.fromfile(path)
    config.default_scope = scope
    heads = config.model.get("tasks") or dict(points=config.model, parts=config.model)
    if "head" in heads["points"]:
        heads["points"].head.num_keypoints = POINTS
    if "decode_head" in heads["parts"]:
        heads["parts"].decode_head.num_classes = CLASSES
    if width is not None:
        config.model.get("head", config.model.get("decode_head")).channels = width
    _without_sync(config)
    return build_network(config)


def _without_sync(settings: object) -> None:
    if isinstance(settings, dict):
        if settings.get("type") == "SyncBN":
            settings["type"] = "BN"
        settings = list(settings.values())
    for one in settings if isinstance(settings, (list, tuple)) else ():
        _without_sync(one)


def graphs(size: str) -> tuple[list[nn.Module], nn.Module]:
    """The two networks, and the one."""
    name = SIZES[size][0]
    joint = network(f"joint_{name}", "mcf")
    width = joint.neck[-1].fpn_bottleneck.out_channels
    points = network(f"alignment_{name}_heatcoord", "mmpose", width)
    parts = network(f"parsing_{name}_uper", "mmseg", width)
    two = [LandmarkGraph(points, decode=True), ParsingGraph(parts, decode=False)]
    return two, SharedGraph(joint, points="points", parts="parts")


def seconds(run: Callable[[], object]) -> float:
    """Seconds of the processor."""
    start = time.process_time()
    run()
    return time.process_time() - start


@torch.inference_mode()
def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("size", choices=SIZES)
    parser.add_argument("--rounds", type=int, default=10)
    args = parser.parse_args(argv)
    torch.set_num_threads(1)
    two, joint = graphs(args.size)
    crop = torch.rand(1, 3, *(SIZES[args.size][1],) * 2)
    runs = {
        "two networks": lambda: [one(crop) for one in two],
        "joint": lambda: joint(crop),
    }
    found = {name: [] for name in runs}
    for number in range(args.rounds + 1):
        for name, run in runs.items():
            spent = seconds(run)
            if number:  # the first one warms up
                found[name].append(spent)
    for name, times in found.items():
        spread = f"{1000 * min(times):.1f} to {1000 * max(times):.1f}"
        print(f"{name}: {1000 * median(times):.1f} ms ({spread})")
    ratio = median(found["two networks"]) / median(found["joint"])
    print(
        f"{SIZES[args.size][0]}: {ratio:.2f} times as fast, load {os.getloadavg()[0]}"
    )


if __name__ == "__main__":
    main()
