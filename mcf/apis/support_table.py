"""Table of what can be swapped, read off the registry and the configs."""

import inspect
from collections.abc import Iterator
from pathlib import Path

from mmengine.config import Config, ConfigDict

import mcf.models  # noqa: F401  registers everything
from mcf.registry import MODELS

HEAD = """# What can be swapped

Written by `python tools/support_table.py`; a test fails when it is out of date. Every
config takes a training step in `tests/test_configs/test_pretrain.py`, and every kind of
backbone passes the one contract in `tests/test_models/test_backbones/test_contract.py`.
How to swap: [swapping.md](swapping.md).
"""
SECTIONS = {
    "Backbones": "mcf.models.backbones",
    "Masks": "mcf.models.masking",
    "Teachers and their networks": (
        "mcf.models.teachers",
        "mcf.models.necks.teacher",
        "mcf.models.timm_model",
    ),
}


def support_table(configs: Path) -> str:
    """Markdown page over a folder of pre-training configs.

    Args:
        configs: Folder of the configs; its name stands in the links.
    """
    files = sorted(configs.glob("*.py"))
    models = {path: Config.fromfile(path).model for path in files}
    lines = [HEAD, "## Configs", ""]
    lines += _table(
        ("config", "backbone", "cells", "masks", "teacher"),
        (_config_row(path, model) for path, model in models.items()),
    )
    used = {kind for model in models.values() for kind in _types(model)}
    for title, package in SECTIONS.items():
        rows = (
            (f"`mcf.{name}`", text, "yes" if f"mcf.{name}" in used else "no")
            for name, text in _registered(package)
        )
        lines += ["", f"## {title}", ""]
        lines += _table(("type", "what it is", "in a config above"), rows)
    return "\n".join(lines) + "\n"


def _table(head: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> list[str]:
    cells = [head, ("---",) * len(head), *rows]
    return [f"| {' | '.join(row)} |" for row in cells]


def _config_row(path: Path, model: ConfigDict) -> tuple[str, ...]:
    neck = model.neck
    side = neck.img_size // neck.patch_size
    link = f"[{path.stem}](../configs/{path.parent.name}/{path.name})"
    cells = f"{side} x {side} of {neck.patch_size} px"
    return (
        link,
        _network(model.backbone),
        cells,
        _mask(model.masking),
        _teacher(model.target_generator),
    )


def _network(config: ConfigDict) -> str:
    inner = config.get("network", config)
    what = inner.get("name") or inner.get("arch") or inner.get("depth")
    if isinstance(what, dict):
        what = f"{what['num_layers']} x {what['embed_dims']}"
    patch = f", patch {inner.patch_size}" if "patch_size" in inner else ""
    painted = "" if inner is config else ", hidden cells painted over"
    name = inner.type.removeprefix("mcf.")
    return f"{name} {what or ''}".strip() + patch + painted


def _mask(config: ConfigDict) -> str:
    name = config.type.removeprefix("mcf.").removesuffix("Masking")
    schedule = ", scheduled" if "schedule" in config else ""
    return f"{name} {config.ratio:.0%}{schedule}"


def _teacher(config: ConfigDict) -> str:
    if config.type == "mcf.SeveralTeachers":
        return " and ".join(map(_teacher, config.teachers))
    if config.type == "mcf.CachedTeacher":
        return f"{_teacher(config.teacher)}, cached on disk"
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
