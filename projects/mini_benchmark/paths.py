"""Where the files of a config are, on this machine and in this benchmark."""

from pathlib import Path

DATA = "data/"
ARM = "arm://"


def relocated(value: object, *, data: Path, backbones: Path) -> object:
    """Copy of config values with two kinds of paths resolved.

    Args:
        value: Dicts, lists and plain values.
        data: Folder that takes the place of ``data/`` at the begin of a text.
        backbones: Folder of one seed's pre-training runs; ``arm://NAME`` is the trained
            encoder of arm NAME in it.
    """
    if isinstance(value, dict):
        return {
            key: relocated(item, data=data, backbones=backbones)
            for key, item in value.items()
        }
    if isinstance(value, (list, tuple)):
        return type(value)(
            relocated(item, data=data, backbones=backbones) for item in value
        )
    if isinstance(value, str) and value.startswith(ARM):
        return str(backbones / value.removeprefix(ARM) / "backbone_online.pth")
    if isinstance(value, str) and value.startswith(DATA):
        return str(data / value.removeprefix(DATA))
    return value


def arms_in(value: object) -> list[str]:
    """Names of the arms that config values point to with ``arm://``, sorted."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        return sorted({name for item in value for name in arms_in(item)})
    if isinstance(value, str) and value.startswith(ARM):
        return [value.removeprefix(ARM)]
    return []
