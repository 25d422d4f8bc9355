"""Table of what can be swapped, generated from the registry and the configs."""

import inspect
from collections.abc import Iterator
from pathlib import Path

from mmengine.config import Config, ConfigDict

import mcf.models  # noqa: F401  registers everything
from mcf.registry import MODELS
from mcf.utils.tables import markdown_table

HEAD = """# What can be swapped

Written by `python tools/support_table.py`; a test fails when it is out of date. Every
config takes a training step in `tests/test_configs`, every kind of backbone passes the
one contract in `tests/test_models/test_backbones/test_contract.py`, and takes its
pre-trained weights and a step under an alignment and a parsing head in
`tests/test_configs/test_downstream_backbones.py`. How to swap:
[swapping.md](swapping.md).
"""
PRETRAIN, MINI = "pretrain", "mini benchmark"
DOWNSTREAM = {"alignment": "Face alignment configs", "parsing": "Face parsing configs"}
OUTPUTS = {  # what heads call the number of them: what they are
    "num_keypoints": "points",
    "num_joints": "points",
    "out_channels": "points",
    "num_classes": "classes",
}
SECTIONS = {
    "Backbones": "mcf.models.backbones",
    "Masks": "mcf.models.masking",
    "Teachers and their networks": (
        "mcf.models.targets",
        "mcf.models.teachers",
        "mcf.models.targets.pixel_target",
        "mcf.models.necks.teacher",
        "mcf.models.timm_model",
    ),
}


def support_table(root: Path) -> str:
    """Markdown page over the configs of a checkout.

    Args:
        root: Folder with ``configs`` and ``projects``.
    """
    configs = root / "configs"
    found = {folder: _read(configs / folder) for folder in (PRETRAIN, *DOWNSTREAM)}
    lines = [HEAD, "## Pre-training configs", ""]
    lines += markdown_table(
        ("config", "backbone", "cells", "masks", "teacher"),
        (_pretrain_row(path, config) for path, config in found[PRETRAIN].items()),
    )
    for folder, title in DOWNSTREAM.items():
        lines += ["", f"## {title}", ""]
        lines += markdown_table(
            ("config", "backbone", "head", "data", "crop"),
            (_downstream_row(path, config) for path, config in found[folder].items()),
        )
    found[MINI] = _read(root / "projects" / "mini_benchmark" / "configs")
    used = {
        kind
        for files in found.values()
        for config in files.values()
        for kind in _types(config.to_dict())
    }
    for title, package in SECTIONS.items():
        rows = (
            (f"`mcf.{name}`", text, "yes" if f"mcf.{name}" in used else "no")
            for name, text in _registered(package)
        )
        lines += ["", f"## {title}", ""]
        lines += markdown_table(("type", "what it is", "in a shipped config"), rows)
    return "\n".join(lines) + "\n"


def _read(folder: Path) -> dict[Path, Config]:
    """Configs of a folder; what they would import may be absent."""
    return {
        path: Config.fromfile(path, import_custom_modules=False)
        for path in sorted(folder.glob("*.py"))
    }


def _link(path: Path) -> str:
    return f"[{path.stem}](../configs/{path.parent.name}/{path.name})"


def _pretrain_row(path: Path, config: Config) -> tuple[str, ...]:
    model = config.model
    side = model.neck.img_size // model.neck.patch_size
    return (
        _link(path),
        _network(model.backbone),
        f"{side} x {side} of {model.neck.patch_size} px",
        _mask(model.masking),
        _teacher(model.target_generator),
    )


def _downstream_row(path: Path, config: Config) -> tuple[str, ...]:
    model = config.model
    head = model.get("head") or model.decode_head
    dataset = config.test_dataloader.dataset
    count = next(f"{head[key]} {unit}" for key, unit in OUTPUTS.items() if key in head)
    if "decoder" in head:
        side = head.decoder.input_size[0]
    else:
        side = model.data_preprocessor.size[0]
    seen = model.backbone.get("input_size", side)
    return (
        _link(path),
        _network(model.backbone),
        head.type.removeprefix("mcf."),
        f"{dataset.type.removeprefix('mcf.')}, {count}",
        f"{side} px" + (f", seen at {seen}" if seen != side else ""),
    )


def _network(config: ConfigDict) -> str:
    inner = config.get("network", config)
    what = inner.get("name") or inner.get("arch") or inner.get("depth")
    if isinstance(what, dict):
        what = f"{what['num_layers']} x {what['embed_dims']}"
    patch = f", patch {inner.patch_size}" if "patch_size" in inner else ""
    painted = "" if inner is config else ", hidden cells painted over"
    blocks, rank = inner.get("frozen_stages", -1), inner.get("lora_rank", 0)
    kept = f", {blocks} blocks frozen" if blocks > 0 else ""
    kept += f", LoRA of rank {rank}" if rank else ""
    name = inner.type.removeprefix("mcf.").removeprefix("mmpretrain.")
    return f"{name} {what or ''}".strip() + patch + painted + kept


def _mask(config: ConfigDict) -> str:
    name = config.type.removeprefix("mcf.").removesuffix("Masking")
    schedule = ", scheduled" if "schedule" in config else ""
    return f"{name} {config.ratio:.0%}{schedule}"


def _teacher(config: ConfigDict) -> str:
    if config.type == "mcf.SeveralTeachers":
        return " and ".join(map(_teacher, config.teachers))
    if config.type == "mcf.CachedTeacher":
        return f"{_teacher(config.teacher)}, cached on disk"
    if config.type == "mcf.TeacherCells":
        return f"{_teacher(config.teacher)}, its cells below each patch"
    if config.type == "mcf.PixelTarget":
        return f"pixels, patch {config.patch_size}"
    file = Path(config.checkpoint).name
    return f"{_network(config.model)} (`{file}`), {len(config.taps)} taps"


def _registered(packages: str | tuple[str, ...]) -> list[tuple[str, str]]:
    found = {
        name: inspect.getdoc(kind).split("\n")[0]
        for name, kind in MODELS.module_dict.items()
        if kind.__module__.startswith(packages)
    }
    return sorted(found.items())


def _types(config: object) -> Iterator[str]:
    """Every ``type`` inside a config."""
    if isinstance(config, dict):
        if "type" in config:
            yield config["type"]
        config = config.values()
    elif not isinstance(config, (list, tuple)):
        return
    for part in config:
        yield from _types(part)
