"""Everything that decides what a store will contain."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from importlib import metadata
from pathlib import Path

from mcf.crops.recipes import CropRecipe
from mcf.detection import DETECTORS, Detector
from mcf.preparation.filters import Filters
from mcf.preparation.sources import SOURCES, Source
from mcf.utils.atomic_file import whole_file
from mcf.utils.bounded_file import read_json
from mcf.version import __version__

LIBRARIES = {
    "numpy": ("numpy",),
    "opencv": ("opencv-python", "opencv-python-headless"),
    "pillow": ("pillow",),
    "pyarrow": ("pyarrow",),
}
"""Libraries that decide about bytes, and distributions that provide each."""


@dataclass(frozen=True)
class Limits:
    """Images that are decoded at all, see :func:`mcf.datasets.decode_image`."""

    min_size: int = 16
    max_pixels: int = 50_000_000
    max_aspect: float = 8.0


@dataclass(frozen=True)
class Encoding:
    """How crops are written.

    Attributes:
        suffix: ``.jpg`` or ``.png``.
        quality: Of a JPEG, 1 to 100.
    """

    suffix: str = ".jpg"
    quality: int = 95

    def __post_init__(self) -> None:
        if self.suffix not in (".jpg", ".png") or not 1 <= self.quality <= 100:
            raise ValueError(f"{self}: suffix is .jpg or .png, quality 1 to 100")


@dataclass(frozen=True)
class Job:
    """Settings of a preparation; equal jobs on equal sources give equal bytes.

    Attributes:
        source: Where raw images come from.
        detector: What finds faces.
        recipe: How they are cut out.
        filters: Which are kept.
        limits: Which images are decoded.
        encoding: How crops are written.
        columns: Columns of the source that the manifest keeps.
    """

    source: Source
    detector: Detector
    recipe: CropRecipe
    filters: Filters = field(default_factory=Filters)
    limits: Limits = field(default_factory=Limits)
    encoding: Encoding = field(default_factory=Encoding)
    columns: tuple[str, ...] = ()

    def to_dict(self) -> dict:
        """Plain values; source and detector with their ``type``."""
        return {
            "source": _named(self.source, SOURCES),
            "detector": _named(self.detector, DETECTORS),
            "recipe": self.recipe.to_dict(),
            "filters": asdict(self.filters),
            "limits": asdict(self.limits),
            "encoding": asdict(self.encoding),
            "columns": list(self.columns),
        }

    def versions(self) -> dict[str, str]:
        """Versions on which the bytes depend."""
        return {
            "mcf": __version__,
            **{name: _version(names) for name, names in LIBRARIES.items()},
            **self.detector.versions(),
        }


def record_job(job: Job, path: Path) -> None:
    """Record the job, or check that it is the one that was begun.

    Raises:
        ValueError: If the folder was begun with something else, naming it.
    """
    wanted = job.to_dict() | {
        "fingerprint": job.source.fingerprint(),
        "versions": job.versions(),
    }
    wanted = json.loads(json.dumps(wanted))
    if path.exists():
        begun = read_json(path)
        if not isinstance(begun, dict):
            raise ValueError(f"{path} holds no settings; remove {path.parent}")
        changed = [
            f"{name}: {begun.get(name)!r} is now {value!r}"
            for name, value in wanted.items()
            if begun.get(name) != value
        ]
        if changed:
            raise ValueError(
                f"{path.parent.parent} was begun with other settings; go on with the "
                "same ones or name a new folder. " + "; ".join(changed)
            )
    else:
        text = json.dumps(wanted, indent=2, sort_keys=True) + "\n"
        with whole_file(path) as file:
            file.write(text.encode())


def _named(settings: object, types: Mapping[str, type]) -> dict:
    """Plain values of a dataclass with the name of its class."""
    names = {cls: name for name, cls in types.items()}
    cls = type(settings)
    values = {item.name: getattr(settings, item.name) for item in fields(settings)}
    return {"type": names.get(cls, f"{cls.__module__}.{cls.__qualname__}"), **values}


def _version(distributions: tuple[str, ...]) -> str:
    for name in distributions:
        try:
            return metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return "unknown"
