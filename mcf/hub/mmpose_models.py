"""mmpose's own face models: their configs, and what its index says."""

from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

import yaml

FACES = "face_2d_keypoint"
SCHEMAS = {
    "300w": "ibug68",
    "300wlp": "ibug68",
    "coco_wholebody_face": "ibug68",
    "wflw": "wflw98",
    "aflw": "aflw19",
    "cofw": "cofw29",
    "lapa": "lapa106",
    "face6": "lapa106",
}
"""Points of the networks in a folder of mmpose's face configs."""
NAMES = ("rtmpose", "td-")
"""How names of its index begin."""
RESEARCH = (
    "300W",
    "AFLW",
    "LaPa",
    "COCO-Wholebody-Face",
    "COCO-WholeBody-Face",
    "Halpe",
)


def mmpose_config(path: str) -> Path:
    """Config of the installed mmpose.

    Args:
        path: Below its folder of configs.

    Raises:
        FileNotFoundError: If this mmpose has no such config.
        ImportError: If mmpose is missing.
        ValueError: If the path leaves the folder.
    """
    check_config(path)
    folder = _folder()
    if folder is None:
        raise ImportError(
            "mmpose is missing, or installed without its configs: see requirements/"
            "pose.txt"
        )
    file = folder / "configs" / path
    if not file.is_file():
        raise FileNotFoundError(f"the installed mmpose has no config {path}")
    return file


def check_config(path: str) -> None:
    """Refuse anything but the path of a config below a folder.

    Raises:
        ValueError: Naming the path.
    """
    parts = PurePosixPath(path)
    if parts.is_absolute() or ".." in parts.parts or parts.suffix != ".py":
        raise ValueError(f"{path!r} is no config below mmpose's folder of configs")


def indexed_entries() -> dict[str, dict]:
    """Face models of the installed mmpose's index, as ``models.yaml`` would say it.

    Empty without mmpose. Nothing of it is imported.
    """
    folder = _folder()
    if folder is None:
        return {}
    return {str(one["Name"]): _entry(one) for one in _metafiles(folder)}


def _metafiles(folder: Path) -> Iterator[Mapping]:
    index = yaml.safe_load((folder / "model-index.yml").read_text(encoding="utf-8"))
    for file in index["Import"]:
        if file.startswith(f"configs/{FACES}/"):
            content = yaml.safe_load((folder / file).read_text(encoding="utf-8"))
            for model in content["Models"]:
                if _group(model) in SCHEMAS and model.get("Weights"):
                    yield model


def _folder() -> Path | None:
    """Where the installed mmpose keeps its configs and its index."""
    spec = find_spec("mmpose")
    if spec is None or not spec.submodule_search_locations:
        return None
    folder = Path(spec.submodule_search_locations[0]) / ".mim"
    return folder if (folder / "model-index.yml").is_file() else None


def _group(model: Mapping) -> str:
    """Folder of a model's config, which tells its points."""
    return PurePosixPath(model["Config"]).parent.name


def _entry(model: Mapping) -> dict:
    architecture = model["Metadata"]["Architecture"]
    trained = model["Metadata"]["Training Data"]
    trained = [trained] if isinstance(trained, str) else trained
    schema = SCHEMAS[_group(model)]
    file = PurePosixPath(urlsplit(model["Weights"]).path).stem
    return dict(
        task="landmarks",
        title=f"mmpose's {' with '.join(architecture)}, points {schema}",
        url=model["Weights"],
        bytes=None,
        sha256=file.split("-")[-1].split("_")[0],
        format="mmpose",
        num_heads=None,
        host_config=model["Config"].removeprefix("configs/"),
        meaning=schema,
        numbers=[
            dict(what=f"{what}, {one['Dataset']}", value=str(value), source="mmpose")
            for one in model["Results"]
            for what, value in one["Metrics"].items()
        ],
        licence="Apache-2.0 (mmpose)",
        data=[
            dict(
                name=name,
                licence="non-commercial research"
                if name in RESEARCH
                else "not stated here; see its own page",
            )
            for name in trained
        ],
        allows=(
            "The weights come with mmpose, Apache-2.0; look up the terms of the data "
            "sets before any use but research."
        ),
    )
