"""Configs by name, by file or as they are."""

import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING

from mcf.utils.shipped import shipped_folder

if TYPE_CHECKING:
    from mmengine.config import Config

TASK_FOLDERS = (
    "pretrain",
    "alignment",
    "parsing",
    "attributes",
    "age",
    "expression",
    "head_pose",
    "recognition",
    "joint",
)


def list_models(pattern: str = "*") -> list[str]:
    """Names of the configs that come with MCF, sorted.

    Args:
        pattern: With the wildcards ``*`` and ``?``, for example ``*helen29*``.
    """
    return sorted(fnmatch.filter(shipped_configs(), pattern))


def shipped_configs() -> dict[str, Path]:
    """Config files that come with MCF, by name."""
    folders = [shipped_folder() / "configs" / task for task in TASK_FOLDERS]
    return {path.stem: path for folder in folders for path in folder.glob("*.py")}


def config_file(name: str | Path) -> Path:
    """File of a config that comes with MCF, or the file itself.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If there is no such name.
    """
    known = shipped_configs()
    if str(name) in known:
        return known[str(name)]
    path = Path(name).expanduser()
    if path.suffix in (".py", ".json", ".yaml", ".yml"):
        if not path.is_file():
            raise FileNotFoundError(f"no config {str(name)!r}")
        return path
    near = fnmatch.filter(known, f"*{name}*")
    raise ValueError(
        f"no model {str(name)!r}; "
        + (f"did you mean {', '.join(near[:5])}" if near else "see list_models()")
    )


def read_config(name_or_config: "str | Path | Config") -> "Config":
    """Config of a model name, a file or itself.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If there is no such name, or the config has no model.
    """
    from mmengine.config import Config

    from mcf.registry import registry_scope

    config = name_or_config
    if not isinstance(config, Config):
        path = config_file(name_or_config)
        with registry_scope(None):  # reading a config moves modules about
            config = Config.fromfile(path)
    if "model" not in config:
        raise ValueError(f"{config.filename} describes no model")
    return config
