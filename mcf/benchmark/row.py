"""Rows of the table: data, task, and numbers that others have published."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mmengine.config import Config

from mcf.registry import DATASETS
from mcf.utils.shipped import shipped_folder

RINGS = ("minutes", "dense", "global")
DATA = "data/"
KINDS = ("train", "pairs", "probe")


@dataclass(frozen=True)
class Score:
    """The number of a row that counts.

    Attributes:
        key: Name among the scores of the row.
        title: For tables, with the unit.
        higher: Whether more is better.
    """

    key: str
    title: str
    higher: bool


@dataclass(frozen=True)
class Published:
    """A published number.

    Attributes:
        model: Whose.
        value: In the unit of the row.
        how: How it was got: fine-tuned, frozen, and what differs from here.
        source: Where it is written.
    """

    model: str
    value: float
    how: str
    source: str


@dataclass(frozen=True)
class Row:
    """One data set and one question.

    Attributes:
        name: For files.
        title: For tables.
        score: The number that counts.
        kind: ``train`` (fit on one part, score another), ``pairs`` or ``probe``.
        datasets: Configs of the data sets by role (``train``, ``test``, ``pairs``), or
            of the probe (``probe``).
        places: Settings of the data sets by where the data may lie; the first whose
            ``data_root`` is there holds.
        site: Where the data are to be had.
        shares: Shares of the labels that are fitted on.
        published: Numbers of others, best first.
        note: What a reader of the number must know.
        fine_tune: Name of the config by which it may be fine-tuned.
    """

    name: str
    title: str
    score: Score
    kind: str
    datasets: Mapping[str, dict]
    places: tuple[dict, ...]
    site: str
    shares: tuple[float, ...] = (1.0,)
    published: tuple[Published, ...] = ()
    note: str = ""
    fine_tune: str | None = None

    def placed(self) -> dict[str, dict]:
        """Configs of the data sets, with the place where the data are.

        Raises:
            FileNotFoundError: If they are nowhere, with the site.
        """
        if not self.places:
            return {role: dict(config) for role, config in self.datasets.items()}
        for place in self.places:
            if Path(place["data_root"]).is_dir():
                return {
                    role: {**config, **place} for role, config in self.datasets.items()
                }
        looked = " or ".join(str(place["data_root"]) for place in self.places)
        raise FileNotFoundError(f"no folder {looked}; get the data from {self.site}")


def load_ring(name: str | Path, *, data: str | Path = "data") -> list[Row]:
    """Rows of a ring, or of a config like those of ``configs/benchmark/``.

    Args:
        name: ``minutes``, ``dense``, ``global``, or a config file.
        data: Folder that takes the place of ``data/`` in the config.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If there is no such ring, or a row lacks something.
    """
    path = Path(name)
    if str(name) in RINGS:
        path = shipped_folder() / "configs" / "benchmark" / f"{name}.py"
    elif path.suffix != ".py":
        raise ValueError(f"no ring {str(name)!r}; there are {', '.join(RINGS)}")
    if not path.is_file():
        raise FileNotFoundError(f"no config {str(path)!r}")
    config = Config.fromfile(path).to_dict()
    if not config.get("rows"):
        raise ValueError(f"{path} has no list `rows`; see configs/benchmark/")
    rows = [_row(relocated(row, Path(data)), path) for row in config["rows"]]
    names = [row.name for row in rows]
    if len(set(names)) < len(names):
        raise ValueError(f"{path}: two rows have one name among {names}")
    return rows


def relocated(value: object, data: Path) -> object:
    """Copy of config values whose paths below ``data/`` are below another folder."""
    if isinstance(value, dict):
        return {key: relocated(item, data) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(relocated(item, data) for item in value)
    if isinstance(value, str) and value.startswith(DATA):
        return str(data / value.removeprefix(DATA))
    return value


def _row(settings: dict, path: Path) -> Row:
    settings = dict(settings)
    name = settings.get("name")
    try:
        kinds = [kind for kind in KINDS if kind in settings]
        if len(kinds) != 1:
            raise ValueError(f"it needs one of {', '.join(KINDS)}")
        (kind,) = kinds
        roles = ("train", "test") if kind == "train" else (kind,)
        datasets = {role: settings.pop(role) for role in roles}
        site = settings.pop("site", None) or _site(datasets[roles[0]])
        return Row(
            score=Score(**settings.pop("score")),
            kind=kind,
            datasets=datasets,
            places=tuple(settings.pop("places", ())),
            site=site,
            shares=tuple(settings.pop("shares", (1.0,))),
            published=tuple(Published(**p) for p in settings.pop("published", ())),
            **settings,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path}: row {name!r} is no row: {error}") from error


def _site(config: dict) -> str:
    """What the class of a data set, or of a probe's, says about where it comes from."""
    for inner in ("dataset", "train"):
        if inner in config:
            return _site(config[inner])
    found = DATASETS.get(config["type"])
    if found is None:
        raise ValueError(f"no data set {config['type']!r}; register it first")
    return getattr(found, "SITE", "") or "the page of the data set"
