"""One path in place of the folders that a config names."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from mmengine.config import Config

LOADERS = ("train_dataloader", "val_dataloader", "test_dataloader")


def set_data_path(config: Config, path: str | Path) -> None:
    """Let every data set of a config read from a path.

    For pre-training it takes the place of the store's ``root`` (a folder of images, an
    LMDB or tar shards), for alignment and parsing that of ``data_root``.

    Args:
        config: It is changed.
        path: The path.

    Raises:
        ValueError: If its data sets read no path, as drawn faces, or different ones.
    """
    found = {
        f"{loader}.{key}": value
        for loader in LOADERS
        for key, value in _paths(config.get(loader), "")
    }
    if not found:
        raise ValueError(
            f"{config.filename or 'the config'} reads no data from a path (are its "
            f"faces drawn?), so {str(path)!r} has no place; choose a config that does"
        )
    if len({str(value) for value in found.values()}) > 1:
        named = ", ".join(f"{key}={value}" for key, value in found.items())
        raise ValueError(
            f"the data sets read from different paths ({named}), which one path cannot "
            "replace; set each with --cfg-options NAME=PATH (options= in Python)"
        )
    config.merge_from_dict({key: str(path) for key in found})


def _paths(node: object, key: str) -> Iterator[tuple[str, str]]:
    """Settings below a data loader that name where data lie."""
    if isinstance(node, Mapping):
        for name, value in node.items():
            if name == "data_root" or (name == "root" and _last(key) == "store"):
                yield f"{key}{name}", value
            elif name != "pipeline":
                yield from _paths(value, f"{key}{name}.")
    elif isinstance(node, (list, tuple)):
        for index, value in enumerate(node):
            yield from _paths(value, f"{key}{index}.")


def _last(key: str) -> str:
    return key.rstrip(".").rpartition(".")[2]
