"""Models under test names: the small recorded networks in a cache of their own."""

import shutil
from pathlib import Path

import pytest
import yaml

FILES = {
    "test-lapa": ("parsing", "parsing.jit.pt", "lapa"),
    "test-points": ("landmarks", "alignment.jit.pt", "aflw19"),
    "test-celeba": ("attributes", "attribute.pt", "celeba40"),
}
CROPS = {
    "parsing": {"recipe": "facer-lapa", "size": 96, "warp_factor": 0.8},
    "landmarks": {"recipe": "facer-alignment", "size": 96},
    "attributes": {"recipe": "facer-attribute", "size": 64},
}


def entry(task: str, **changes: object) -> dict:
    """What a list says of a model, all needed keys included."""
    return {
        "task": task,
        "title": "A small random copy",
        "url": "https://example.invalid/weights.pt",
        "bytes": None,
        "sha256": None,
        "format": "farl-network",
        "num_heads": 2,
        "licence": "none",
        "data": [{"name": "nothing", "licence": "none"}],
        "allows": "Tests.",
        **changes,
    }


def use_list(folder: Path, monkeypatch: pytest.MonkeyPatch, models: dict) -> None:
    """Let models have these names, and a cache in ``folder``."""
    (folder / "models.yaml").write_text(yaml.safe_dump(models))
    monkeypatch.setenv("MCF_MODELS", str(folder / "models.yaml"))
    monkeypatch.setenv("MCF_HOME", str(folder / "home"))


@pytest.fixture
def recorded_models(
    shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """The recorded networks of FaRL's kind by name, offline; gives their cache."""
    folder = shared / "parity" / "farl_models_small"
    models = {
        name: entry(
            task, file=file, url=None, meaning=meaning, crop=CROPS[task], num_heads=2
        )
        for name, (task, file, meaning) in FILES.items()
    }
    use_list(tmp_path, monkeypatch, models)
    monkeypatch.setenv("MCF_OFFLINE", "1")
    home = tmp_path / "home" / "models"
    for name, (_, file, _) in FILES.items():
        (home / name).mkdir(parents=True)
        shutil.copyfile(folder / file, home / name / file)
    return home
