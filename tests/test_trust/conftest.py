"""A world of honest files, and a watch on what runs while one is opened."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from mmengine.config import Config

from mcf.crops.recipes import get_recipe
from mcf.datasets.parsing.class_sets import LAPA
from mcf.datasets.schemas import get_schema
from mcf.export.join import joint_config
from mcf.inference.loading import load_network
from mcf.models.backbones import MaskedViT
from tests.test_export.test_join import alignment, parsing
from tests.test_inference.conftest import tiny_alignment, tiny_parsing

from .payloads import VIT

WATCHED = (
    "subprocess.Popen",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "socket.connect",
)
_watch: dict[str, list[str] | None] = {"seen": None}


def _audit(event: str, arguments: tuple) -> None:
    if _watch["seen"] is None:
        return
    if event in WATCHED:
        _watch["seen"].append(event)
    if event == "import" and str(arguments[0]).startswith("canary_module"):
        _watch["seen"].append(f"import of {arguments[0]}")
    if event == "open" and str(arguments[0]) in ("/etc/hostname", "/etc/passwd"):
        _watch["seen"].append(f"open of {arguments[0]}")


sys.addaudithook(_audit)


@pytest.fixture
def ran(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What ran, was imported, connected to or read meanwhile."""
    package = tmp_path / "modules" / "canary_module"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("SCHEMA = Network = act = None\n")
    (package / "inner.py").write_text("SCHEMA = None\n")
    monkeypatch.syspath_prepend(package.parent)
    monkeypatch.chdir(tmp_path)
    seen: list[str] = []
    _watch["seen"] = seen
    yield seen
    _watch["seen"] = None


@pytest.fixture(scope="session")
def networks() -> dict[str, tuple[Config | None, dict[str, torch.Tensor]]]:
    """Config and weights of a network of each task."""
    torch.manual_seed(0)
    settings = {key: value for key, value in VIT.items() if key != "type"}
    state = {f"backbone.{k}": v for k, v in MaskedViT(**settings).state_dict().items()}
    inputs = dict(mean=[120.0] * 3, std=[60.0] * 3, to_rgb=True)
    pretraining = Config(dict(model=dict(backbone=VIT, data_preprocessor=inputs)))
    apart = dict(points=load_network(alignment()), parts=load_network(parsing()))
    joint = Config(joint_config(apart))
    made = dict(landmarks=tiny_alignment(), parsing=tiny_parsing(), joint=joint)
    tasks = {k: (v, load_network(v).model.state_dict()) for k, v in made.items()}
    return dict(backbone=(None, state), pretraining=(pretraining, state), **tasks)


@pytest.fixture
def meta() -> dict:
    """What an honest file says."""
    said = get_schema("ibug68").metainfo() | LAPA.metainfo()
    return dict(
        backbone=VIT,
        img_size=32,
        mean=[120.0] * 3,
        std=[60.0] * 3,
        crop=get_recipe("square", size=32).to_dict(),
        dataset_meta=said | dict(landmark_schema="ibug68", dataset_name="faces"),
    )
