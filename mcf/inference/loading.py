"""Networks by the name of their config, with weights and what these mean."""

import fnmatch
import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from mmengine.config import Config
from torch import nn

from mcf.checkpoint.safe_load import load_file
from mcf.crops.training_box import BoxKind
from mcf.registry import DATASETS, MODELS, registry_scope
from mcf.utils.shipped import shipped_folder

TASK_FOLDERS = ("pretrain", "alignment", "parsing")


@dataclass(frozen=True)
class LoadedNetwork:
    """A network in evaluation mode.

    Attributes:
        model: The network.
        config: What it was built from.
        meta: What the checkpoint says about itself; empty without one.
    """

    model: nn.Module
    config: Config
    meta: Mapping

    @property
    def name(self) -> str:
        """Of the config, for messages."""
        return Path(self.config.filename or "the config").name

    def test_pipeline(self) -> list[Mapping]:
        """What prepares a sample for the test loop.

        Raises:
            ValueError: If the config has no test set.
        """
        return list(self._test_set()["pipeline"])

    def box_kind(self) -> BoxKind:
        """Which boxes the faces of the test set have; ``landmarks`` if it has no say.

        Raises:
            ValueError: If the config has no test set.
        """
        settings = self._test_set()
        with registry_scope(self.config.get("default_scope")):
            default = getattr(DATASETS.get(settings["type"]), "DEFAULT_BOX", None)
        return settings.get("box") or default or "landmarks"

    def dataset_meta(self) -> Mapping:
        """What its outputs mean: landmark schema or classes.

        The checkpoint says it; for one that does not, the config's test set, of which
        no file is read.
        """
        loader = self.config.get("test_dataloader")
        if self.meta.get("dataset_meta") or loader is None:
            return self.meta.get("dataset_meta") or {}
        with registry_scope(self.config.get("default_scope")):
            settings = {**loader.dataset, "pipeline": []}
            kind = DATASETS.get(settings["type"])
            if "lazy_init" in inspect.signature(kind).parameters:
                settings["lazy_init"] = True
            return DATASETS.build(settings).metainfo

    def _test_set(self) -> Mapping:
        """Config of the test set, inside of what wraps it."""
        dataset = (self.config.get("test_dataloader") or {}).get("dataset", {})
        while "pipeline" not in dataset and (
            "dataset" in dataset or "datasets" in dataset
        ):
            dataset = dataset.get("dataset") or dataset["datasets"][0]
        if not dataset.get("pipeline"):
            raise ValueError(
                f"{self.name} has no test set, whose pipeline says how faces are cut"
            )
        return dataset


def list_models(pattern: str = "*") -> list[str]:
    """Names of the configs that come with MCF, sorted.

    Args:
        pattern: With the wildcards ``*`` and ``?``, for example ``*helen29*``.
    """
    return sorted(fnmatch.filter(_configs(), pattern))


def get_model(
    name_or_config: str | Path | Config,
    checkpoint: str | Path | None = None,
    *,
    device: str | torch.device = "cpu",
) -> nn.Module:
    """A network in evaluation mode, of any task, whatever scope is in force.

    Args:
        name_or_config: One of :func:`list_models`, a config file or a config.
        checkpoint: Weights of a run; without, they are random.
        device: Where to put it.

    Raises:
        FileNotFoundError: If a file is missing, such as the teacher's weights that a
            pre-training config names.
        ValueError: If there is no such model, or the checkpoint does not fit.
    """
    return load_network(name_or_config, checkpoint, device=device).model


def load_network(
    name_or_config: str | Path | Config,
    checkpoint: str | Path | None = None,
    *,
    device: str | torch.device = "cpu",
) -> LoadedNetwork:
    """A model as :func:`get_model` gives it, with its config and meaning."""
    content = {} if checkpoint is None else load_file(checkpoint)
    config = read_config(name_or_config)
    with registry_scope(config.get("default_scope")):
        model = MODELS.build(config.model)
    if checkpoint is not None:
        try:
            model.load_state_dict(content.get("state_dict", content))
        except (RuntimeError, AttributeError, TypeError) as error:
            raise ValueError(
                f"{checkpoint} does not fit {config.filename}: {error}"
            ) from error
    model.eval()  # not chained: mmpretrain's backbones return None
    return LoadedNetwork(model.to(device), config, content.get("meta", {}))


def read_config(name_or_config: str | Path | Config) -> Config:
    """Config of a model name, a file or itself.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If there is no such name, or the config has no model.
    """
    config = name_or_config
    if not isinstance(config, Config):
        path = _config_file(str(name_or_config))
        with registry_scope(None):  # reading a config moves modules about
            config = Config.fromfile(path)
    if "model" not in config:
        raise ValueError(f"{config.filename} describes no model")
    return config


def _config_file(name: str) -> Path:
    known = _configs()
    if name in known:
        return known[name]
    path = Path(name).expanduser()
    if path.suffix == ".py":
        if not path.is_file():
            raise FileNotFoundError(f"no config {name!r}")
        return path
    near = fnmatch.filter(known, f"*{name}*")
    raise ValueError(
        f"no model {name!r}; "
        + (f"did you mean {', '.join(near[:5])}" if near else "see list_models()")
    )


def _configs() -> dict[str, Path]:
    """Config files by name."""
    folders = [shipped_folder() / "configs" / task for task in TASK_FOLDERS]
    return {path.stem: path for folder in folders for path in folder.glob("*.py")}
