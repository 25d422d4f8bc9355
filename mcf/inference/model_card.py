"""Description of an exported network, as written into its file."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Literal

import numpy as np

from mcf.crops.rule import CropRule
from mcf.datasets.attribute_sets import ATTRIBUTE_SETS
from mcf.datasets.parsing.class_sets import ClassSet, declared_class_set
from mcf.datasets.schemas import declared_schema
from mcf.utils.declared import (
    MEAN,
    STD,
    Check,
    named,
    one_of,
    parse_json,
    shown,
    text,
    whole,
)

Task = Literal["landmarks", "parsing", "embedding", "joint", "attributes"]
MEANING = dict(
    landmarks=("landmarks", "points"),
    parsing=("class_set",),
    embedding=(),
    joint=("landmarks", "points", "class_set"),
    attributes=("attribute_set",),
)
"""What a task cannot do without, by attribute of the card."""
TEXTS = ("task", "channels", "config", "checkpoint", "sha256", "mcf_version")
TEXTS += ("landmarks", "attribute_set")
"""Attributes that stand in the metadata as they are."""
CHECKS: dict[str, Check] = dict(
    channels=one_of("rgb", "bgr"),
    mean=MEAN,
    std=STD,
    outputs=named(text(), 16),
    points=whole(1, 10**4),
    attribute_set=one_of(*ATTRIBUTE_SETS),
    **dict.fromkeys(("task", "config", "checkpoint", "sha256", "mcf_version"), text()),
)
"""Of the attributes that are neither crop, landmarks nor class set."""
PREFIX = "mcf."
INPUT = "images"
"""Name of the only input, float32 [B,3,h,w]."""


@dataclass(frozen=True)
class ModelCard:
    """Everything needed to run an exported network and to read its output.

    Attributes:
        task: ``landmarks``, ``parsing``, ``joint`` for both, ``embedding`` or
            ``attributes``.
        crop: How its faces are cut.
        channels: Order of its input's channels, ``rgb`` or ``bgr``.
        mean: To subtract from each channel, 0-255 scale.
        std: To divide by after that.
        outputs: What each output holds.
        landmarks: Name of the landmark schema (tasks ``landmarks``, ``joint``).
        points: Number of landmarks.
        class_set: Classes of the parts (tasks ``parsing``, ``joint``).
        attribute_set: Name of the attributes (task ``attributes``).
        config: Name of the config it was built from; empty for a backbone's own file.
        checkpoint: Name of the file of its weights.
        sha256: Of that file.
        mcf_version: Release that exported it.

    Raises:
        ValueError: If the task is unknown, or what its outputs mean is missing.
    """

    task: Task
    crop: CropRule
    channels: Literal["rgb", "bgr"]
    mean: tuple[float, ...]
    std: tuple[float, ...]
    outputs: Mapping[str, str]
    config: str
    checkpoint: str
    sha256: str
    mcf_version: str
    landmarks: str | None = None
    points: int | None = None
    class_set: ClassSet | None = None
    attribute_set: str | None = None

    def __post_init__(self) -> None:
        if self.task not in MEANING:
            raise ValueError(f"unknown task {self.task!r}; known: {', '.join(MEANING)}")
        missing = [name for name in MEANING[self.task] if getattr(self, name) is None]
        if missing:
            raise ValueError(f"{self.task} without {' and '.join(missing)}")

    def to_metadata(self) -> dict[str, str]:
        """One text for each attribute that is not None: ``mcf.task`` and so on.

        Texts stand as they are, everything else as JSON.
        """
        class_set = None if self.class_set is None else asdict(self.class_set)
        values = {**vars(self), "crop": self.crop.to_dict(), "class_set": class_set}
        return {
            PREFIX + name: value if isinstance(value, str) else json.dumps(value)
            for name, value in values.items()
            if value is not None
        }

    @classmethod
    def from_metadata(cls, metadata: Mapping[str, str]) -> "ModelCard":
        """The card that :meth:`to_metadata` wrote; other entries are left out.

        Raises:
            ValueError: If an entry is missing or has no meaning.
        """
        names = [field.name for field in fields(cls) if PREFIX + field.name in metadata]
        if "task" not in names:
            raise ValueError(
                "its metadata says nothing about faces: it was not exported by "
                "`mcf export`, or the metadata got lost on the way"
            )
        values = {name: _parsed(name, metadata[PREFIX + name]) for name in names}
        try:
            values["crop"] = CropRule.from_dict(values["crop"])
            if "class_set" in values:
                values["class_set"] = declared_class_set(values["class_set"])
            if "landmarks" in values:
                values["landmarks"] = _schema(values["landmarks"], values.get("points"))
            for name in CHECKS.keys() & values.keys():
                values[name] = CHECKS[name](values[name], name)
            for name in ("mean", "std"):
                values[name] = tuple(map(float, values[name]))
            return cls(**values)
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(
                f"its metadata is not complete: {error}. Export it again with "
                "tools/export.py; what a file may say is in docs/trust.md"
            ) from error

    def normalised(self, crops: np.ndarray) -> np.ndarray:
        """Input float32 [B,3,h,w] of uint8 BGR crops [B,h,w,3].

        Raises:
            ValueError: If the crops are of another kind or size.
        """
        width, height = self.crop.size
        if crops.dtype != np.uint8 or crops.shape[1:] != (height, width, 3):
            raise ValueError(
                f"expected uint8 crops [B,{height},{width},3], got {crops.dtype} "
                f"{list(crops.shape)}"
            )
        if self.channels == "rgb":
            crops = crops[..., ::-1]
        mean, std = (np.asarray(v, np.float32) for v in (self.mean, self.std))
        images = (crops - mean) / std
        return np.ascontiguousarray(images.transpose(0, 3, 1, 2))


def _schema(name: object, points: object) -> str:
    schema = declared_schema(name)
    if points != schema.count:
        raise ValueError(f"{shown(points)} points, but {name} has {schema.count}")
    return name


def _parsed(name: str, text: str) -> object:
    if name in TEXTS:
        return text
    try:
        return parse_json(text)
    except ValueError as error:
        raise ValueError(
            f"its metadata {PREFIX}{name} is damaged: {error}. Export it again with "
            "tools/export.py (docs/trust.md)"
        ) from error
