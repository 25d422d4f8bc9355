"""The list of models that have a name: ``models.yaml``, typed and checked."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import partial
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import yaml

from mcf.crops.recipes import RECIPES, get_recipe
from mcf.crops.rule import CropRule
from mcf.datasets.attribute_sets import ATTRIBUTE_SETS
from mcf.datasets.parsing.class_sets import CLASS_SETS
from mcf.datasets.schemas.lookup import published_schemas
from mcf.utils.bounded_file import read_text
from mcf.utils.declared import (
    Check,
    one_of,
    optional,
    real,
    several,
    shown,
    table,
    text,
    whole,
)
from mcf.utils.model_cache import NAME, model_folder

from .mmpose_models import NAMES as MMPOSE_NAMES
from .mmpose_models import check_config, indexed_entries

Task = Literal["landmarks", "parsing", "attributes", "backbone"]

MODELS_FILE = Path(__file__).with_name("models.yaml")
LONGEST_LIST = 2**22
"""Bytes of a list of models."""
OWN_MODELS = "MCF_MODELS"
"""Environment variable with a list of the user's own, in the same form."""
SCHEME = "hub://"
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Number:
    """A published result.

    Attributes:
        what: Measure, data and unit.
        value: The number, or a range.
        source: Where it stands.
    """

    what: str
    value: str
    source: str


@dataclass(frozen=True)
class TrainingData:
    """Images that a model has learned from.

    Attributes:
        name: Of the data set.
        licence: Under which it may be used.
    """

    name: str
    licence: str


@dataclass(frozen=True)
class Crop:
    """How the faces of a model are cut.

    Attributes:
        recipe: Name in :data:`mcf.crops.recipes.RECIPES`.
        size: Side in pixels.
        warp_factor: Of the RoI tanh warp.
    """

    recipe: str
    size: int
    warp_factor: float = 0.0

    def rule(self) -> CropRule:
        """The rule that cuts so."""
        return CropRule(
            "recipe",
            (self.size, self.size),
            warp_factor=self.warp_factor,
            recipe=get_recipe(self.recipe, size=self.size),
        )


@dataclass(frozen=True)
class HubModel:
    """A published model.

    Attributes:
        name: What it is called here.
        task: What it does.
        title: What it is, in a line.
        file: Name of its file.
        url: Where the file is; None for one that can only be put there by hand.
        bytes: Length of the file; None if nobody has published it.
        sha256: Of the file, or its first 8 digits; None if nobody has published it.
        format: How the file is read: ``farl-network`` for FaRL's downstream networks,
            ``mmpose`` for those of its own configs, else a format of
            :data:`mcf.checkpoint.FORMATS`.
        num_heads: Attention heads.
        meaning: Name of its class set, landmark schema or attribute set.
        crop: How its faces are cut; None for a backbone that does not tell, and where
            the host's config says it.
        config: Shipped config of the same recipe, to train one's own.
        host_config: Config of the installed host library that describes the network,
            below its folder of configs.
        numbers: Published results.
        licence: Of the weights.
        data: What it was trained on.
        allows: What both licences together allow, in a sentence.
        notes: What else one should know.
    """

    name: str
    task: Task
    title: str
    file: str
    url: str | None
    bytes: int | None
    sha256: str | None
    format: str
    num_heads: int | None
    meaning: str | None
    crop: Crop | None
    config: str | None
    host_config: str | None
    numbers: tuple[Number, ...]
    licence: str
    data: tuple[TrainingData, ...]
    allows: str
    notes: str

    @property
    def path(self) -> Path:
        """Where the file is, or will be."""
        return model_folder(self.name) / self.file


def hub_models() -> dict[str, HubModel]:
    """All models by name: those of MCF, then those of ``MCF_MODELS``.

    Raises:
        FileNotFoundError: If ``MCF_MODELS`` names no file.
        ValueError: If an entry of it is wrong, or a name is there twice.
    """
    models = read_models(MODELS_FILE)
    if own := os.environ.get(OWN_MODELS):
        more = read_models(Path(own).expanduser())
        if twice := models.keys() & more.keys():
            raise ValueError(f"{own}: {', '.join(sorted(twice))} is a name of MCF's")
        models |= more
    return models


def find_model(name: object) -> HubModel | None:
    """The model called ``hub://NAME`` or ``NAME``; None if there is none.

    Names of mmpose's face models, as its index has them, are names too.
    """
    if not isinstance(name, str):
        return None
    bare = name.removeprefix(SCHEME)
    found = (hub_models().get(bare) or _indexed(bare)) if NAME.fullmatch(bare) else None
    if found is None and name.startswith(SCHEME):
        return get_model(bare)  # which says what there is
    return found


def get_model(name: str) -> HubModel:
    """The model of a name.

    Raises:
        ValueError: If there is none.
    """
    models = hub_models()
    found = models.get(name) or _indexed(name)
    if found is None:
        raise ValueError(f"no model {name!r}; there are {', '.join(models)}")
    return found


def _indexed(name: str) -> HubModel | None:
    """The face model of a name in the index of the installed mmpose."""
    if not name.startswith(MMPOSE_NAMES):
        return None
    entry = indexed_entries().get(name)
    return None if entry is None else _model(name, entry)


def meaning_of(model: HubModel) -> dict:
    """What the outputs of a model mean, as checkpoints say it (``dataset_meta``)."""
    if model.task == "landmarks":
        return dict(landmark_schema=model.meaning)
    if model.task == "attributes":
        return dict(attribute_set=model.meaning)
    if model.task == "backbone":
        return {}
    class_set = CLASS_SETS[model.meaning]
    return class_set.metainfo() | dict(dataset_name=class_set.name)


def read_models(file: Path) -> dict[str, HubModel]:
    """Models of a YAML file.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: Naming the file and the entry that is wrong.
    """
    if not file.is_file():
        raise FileNotFoundError(f"no list of models {str(file)!r}")
    try:
        content = yaml.safe_load(read_text(file, LONGEST_LIST))
    except (yaml.YAMLError, RecursionError) as error:
        raise ValueError(f"{file} is no YAML: {error}") from error
    if not isinstance(content, dict):
        raise ValueError(f"{file} is no table of models by name")
    models = {}
    for name, entry in content.items():
        try:
            models[name] = _model(name, entry)
        except ValueError as error:
            raise ValueError(f"{file}: {shown(name)}: {error}") from error
    return models


def _model(name: object, entry: object) -> HubModel:
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise ValueError("a name has small letters, digits, '-', '_' and '.'")
    values = dict.fromkeys(_OPTIONAL) | ENTRY(entry, "entry")
    url = values["url"]
    if url is not None:
        _check_url(url)
        values["file"] = values["file"] or Path(urlsplit(url).path).name
    if not values["file"] or Path(values["file"]).name != values["file"]:
        raise ValueError("it names no file")
    if values["file"].startswith(".") or values["file"].endswith(".json"):
        raise ValueError(f"no file of weights is called {values['file']!r}")
    values["numbers"] = tuple(Number(**one) for one in values["numbers"] or ())
    values["data"] = tuple(TrainingData(**one) for one in values["data"])
    values["crop"] = None if values["crop"] is None else Crop(**values["crop"])
    hosted = values["format"] == "mmpose"
    if hosted != (values["host_config"] is not None) or hosted > (
        values["task"] == "landmarks"
    ):
        raise ValueError("format mmpose, and no other, needs host_config and landmarks")
    if hosted:
        check_config(values["host_config"])
    _check_meaning(values["task"], values["meaning"], values["crop"], hosted)
    return HubModel(name=name, **values | dict(notes=values["notes"] or ""))


def _check_url(url: str) -> None:
    parts = urlsplit(url)
    local = parts.scheme == "http" and parts.hostname in LOOPBACK
    if not (parts.scheme == "https" or local) or parts.username is not None:
        raise ValueError(f"url {url!r} must begin with https://")


def _check_meaning(
    task: Task, meaning: str | None, crop: Crop | None, hosted: bool
) -> None:
    known: Mapping[str, object] = dict(
        landmarks=published_schemas(),
        parsing=CLASS_SETS,
        attributes=ATTRIBUTE_SETS,
        backbone=(None,),
    )
    if meaning not in known[task]:
        names = ", ".join(map(str, known[task]))
        raise ValueError(f"meaning {meaning!r} of a {task} model; known are {names}")
    if task != "backbone" and not hosted and crop is None:
        raise ValueError("it does not say how its faces are cut (crop)")


def _sha256(value: object, name: str) -> str:
    value = text(64)(value, name)
    if len(value) not in (8, 64) or set(value) - set("0123456789abcdef"):
        raise ValueError(
            f"{name} {value!r} is no SHA-256 in 64 small hex digits, nor its first 8"
        )
    return value


_line = partial(text, 400)
_CHECKS: dict[str, Check] = dict(
    task=one_of("landmarks", "parsing", "attributes", "backbone"),
    title=_line(),
    file=optional(text(200)),
    url=optional(_line()),
    bytes=optional(whole(1, 2**40)),
    sha256=optional(_sha256),
    format=one_of("farl-network", "farl", "mmpose"),
    host_config=optional(_line()),
    num_heads=optional(whole(1, 256)),
    meaning=optional(text()),
    crop=optional(
        table(
            dict(recipe=one_of(*RECIPES), size=whole(8, 2048), warp_factor=real(0, 1)),
            required=("recipe", "size"),
        )
    ),
    config=optional(text()),
    numbers=optional(
        several(
            table(
                dict(what=_line(), value=text(), source=_line()),
                required=("what", "value", "source"),
            ),
            50,
        )
    ),
    licence=_line(),
    data=several(
        table(dict(name=_line(), licence=_line()), required=("name", "licence")), 50, 1
    ),
    allows=_line(),
    notes=optional(text(2000)),
)
_NEEDED = ("task", "title", "url", "bytes", "sha256", "format")
_NEEDED += ("licence", "data", "allows")
_OPTIONAL = tuple(field.name for field in fields(HubModel) if field.name != "name")
ENTRY = table(_CHECKS, required=_NEEDED)
"""What an entry may say."""
