"""Fixtures shared by all tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

import mcf  # noqa: F401  first, so that host packages import on any machine

# isort: split
from mmengine.config import Config
from mmengine.registry import DefaultScope

from tests.exported_backbone import exported  # noqa: F401  fixture
from tests.hub import recorded_models  # noqa: F401  fixture

torch.set_num_threads(1)  # tiny models only lose time to more


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--runslow", action="store_true", help="run slow tests too")


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    if config.getoption("--runslow"):
        return
    skip = pytest.mark.skip(reason="slow; run with --runslow")
    for item in items:
        if "slow" in item.keywords:
            item.add_marker(skip)


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder of real data beside the repository; skips the test when absent."""
    folder = Path(__file__).resolve().parents[2] / "shared"
    if not folder.is_dir():
        pytest.skip("no shared/ folder beside the repository")
    return folder


@pytest.fixture(scope="module")
def quick_runs() -> Iterator[None]:
    """MMEngine without what takes most of the time of a tiny run.

    That is formatting its config by yapf, and collecting garbage for each data set.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Config, "pretty_text", property(lambda config: config.text))
        patch.setattr("mmengine.dataset.base_dataset.gc.collect", lambda: 0)
        yield


@pytest.fixture(autouse=True)
def default_scope() -> Iterator[None]:
    """Forgets the registry scope that a runner of an earlier test left behind."""
    DefaultScope._instance_dict.clear()
    yield
