"""Networks by the name of their config, with weights and what these mean."""

import copy
import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from mmengine.config import Config
from mmengine.utils import import_modules_from_strings
from torch import nn

from mcf.checkpoint import CheckpointFile
from mcf.checkpoint.farl import farl_task, from_farl, is_farl, network_state
from mcf.checkpoint.wrappers import bare
from mcf.crops.rule import CropRule
from mcf.crops.training_box import BoxKind
from mcf.datasets.schemas import declared_schema
from mcf.hub.download import ensure
from mcf.hub.farl_config import farl_config
from mcf.hub.mmpose_models import mmpose_config
from mcf.hub.registry import HubModel, find_model, meaning_of
from mcf.registry import DATASETS, MODELS, registry_scope
from mcf.utils.configs import read_config
from mcf.utils.declared import dataset_meta, said_by

BUILD_ERRORS = (AssertionError, AttributeError, KeyError, RuntimeError, TypeError)
"""What the hosts raise for what is wrong in a config, or missing here."""


@dataclass(frozen=True)
class LoadedNetwork:
    """A network in evaluation mode.

    Attributes:
        model: The network.
        config: What it was built from.
        meta: What the checkpoint says about itself, checked: its ``dataset_meta``.
        checkpoint: Its file.
        crop: How its faces are cut; None if its test pipeline says so.
    """

    model: nn.Module
    config: Config
    meta: Mapping
    checkpoint: str | Path | None = None
    crop: CropRule | None = None

    @property
    def name(self) -> str:
        """Of the config, for messages."""
        return Path(self.config.filename or "the config").name

    @property
    def source(self) -> str:
        """File that says what the outputs mean, for messages."""
        return str(self.checkpoint or self.name)

    def test_pipeline(self) -> list[Mapping]:
        """What prepares a sample for the test loop.

        Raises:
            ValueError: If the config has no test set.
        """
        return list(self.test_set()["pipeline"])

    def box_kind(self) -> BoxKind:
        """Which boxes the faces of the test set have; ``landmarks`` if it has no say.

        Raises:
            ValueError: If the config has no test set.
        """
        settings = self.test_set()
        with registry_scope(self.config.get("default_scope")):
            default = getattr(self._class(settings), "DEFAULT_BOX", None)
        return settings.get("box") or default or "landmarks"

    def dataset_meta(self) -> Mapping:
        """What its outputs mean: landmark schema or classes.

        The checkpoint says it; for one that does not, or names a schema that nobody
        has loaded, the config's test set, of which no file is read.
        """
        said = self.meta.get("dataset_meta") or {}
        own = self._own_meta() if self._needs_own(said) else {}
        return {**own, **said}

    def _needs_own(self, said: Mapping) -> bool:
        """Whether only the config can tell."""
        if not said or "landmark_schema" not in said:
            return not said
        try:
            declared_schema(said["landmark_schema"])
        except ValueError:  # perhaps the user's own, which the config loads
            return True
        return False

    def _own_meta(self) -> Mapping:
        loader = self.config.get("test_dataloader")
        if loader is None:
            return {}
        with registry_scope(self.config.get("default_scope")):
            settings = {**loader.dataset, "pipeline": []}
            kind = self._class(settings)
            if kind.__module__.startswith("mmseg.") and hasattr(kind, "METAINFO"):
                # its data sets look for their files, built lazily too
                return {**kind.METAINFO, **(settings.get("metainfo") or {})}
            if "lazy_init" in inspect.signature(kind).parameters:
                settings["lazy_init"] = True
            return DATASETS.build(settings).metainfo

    def _class(self, settings: Mapping) -> type:
        kind = settings["type"]
        if isinstance(kind, str):  # of the scope in force, as when it is built
            with DATASETS.switch_scope_and_registry(None) as registry:
                kind = registry.get(kind)
        if kind is None:
            raise ValueError(
                f"{self.name}: no class {settings['type']!r} for its test set, which "
                "would say what its outputs mean: give a checkpoint of a run, whose "
                "dataset_meta says it, or import the class by custom_imports"
            )
        return kind

    def test_set(self) -> Mapping:
        """Config of the test set, without its wrappers.

        Raises:
            ValueError: If the config has no test set.
        """
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


def get_model(
    name_or_config: str | Path | Config,
    checkpoint: str | Path | None = None,
    *,
    device: str | torch.device = "cpu",
) -> nn.Module:
    """A network in evaluation mode, of any task, whatever scope is in force.

    Args:
        name_or_config: A name of :func:`~mcf.utils.configs.list_models`, a config file
            or a config; without a checkpoint also a model of :mod:`mcf.hub`, which is
            fetched if need be.
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
    """A model as returned by :func:`get_model`, with its config and meaning."""
    if checkpoint is None:
        if (named := find_model(name_or_config)) is not None:
            return _load_named(named, device)
        config = read_config(name_or_config)
        meta = dict(dataset_meta={})
        return LoadedNetwork(build_network(config).to(device), config, meta)
    file = CheckpointFile(checkpoint)
    checkpoint, content = file.path, file.content
    with said_by(checkpoint):
        meta = dict(dataset_meta=dataset_meta(file.meta.get("dataset_meta")))
    config = read_config(name_or_config)
    try:
        state = content.get("state_dict", content)
        if is_farl(state):
            state = from_farl(network_state(file))
        model = build_network(config, bare(state))
    except (RuntimeError, AttributeError, TypeError) as error:
        raise ValueError(
            f"{checkpoint} does not fit {config.filename}: {error}"
        ) from error
    return LoadedNetwork(model.to(device), config, meta, checkpoint)


def _load_named(named: HubModel, device: str | torch.device) -> LoadedNetwork:
    """Network of a model of the hub, fetched if it is not here."""
    if named.task == "backbone":
        raise ValueError(
            f"{named.name} is a backbone, which finds nothing by itself: give it as "
            "embedding, or fine-tune it"
        )
    if named.host_config is not None:
        config = read_config(mmpose_config(named.host_config))
        return load_network(config, ensure(named), device=device)
    path = ensure(named)
    theirs = network_state(CheckpointFile(path))
    try:
        state = from_farl(theirs)
        config = farl_config(farl_task(theirs), state, num_heads=named.num_heads)
        config = Config(config, cfg_text=named.title, filename=named.name)
        model = build_network(config, state)
    except (ValueError, RuntimeError) as error:
        raise ValueError(f"{path} is no {named.format} file: {error}") from error
    meta = dict(dataset_meta=meaning_of(named))
    return LoadedNetwork(model.to(device), config, meta, path, named.crop.rule())


def build_network(
    config: Config, state: Mapping[str, torch.Tensor] | None = None
) -> nn.Module:
    """Network of a config in evaluation mode, with weights or random ones.

    Raises:
        ImportError: If a package is missing.
        RuntimeError: If the weights do not fit.
        ValueError: If the network cannot be built.
    """
    with registry_scope(config.get("default_scope")):
        if "custom_imports" in config:  # of a config that is no file
            import_modules_from_strings(**config.custom_imports)
        try:
            # a copy, for some networks write into what they are built from
            model = MODELS.build(copy.deepcopy(config.model))
        except BUILD_ERRORS as error:
            raise ValueError(f"{config.filename} cannot be built: {error}") from error
    if state is not None:
        model.load_state_dict(state)
    model.eval()  # not chained: mmpretrain's backbones return None
    return model
