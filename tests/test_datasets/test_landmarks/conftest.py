"""Replicas of official downloads, written once."""

from types import SimpleNamespace

import pytest

from tests import replicas


def _replica(tmp_path_factory, name, write):
    root = tmp_path_factory.mktemp(name)
    return SimpleNamespace(root=root, truth=write(root))


@pytest.fixture(scope="session")
def aflw19(tmp_path_factory):
    return _replica(tmp_path_factory, "aflw19", replicas.write_aflw19)


@pytest.fixture(scope="session")
def ibug300w(tmp_path_factory):
    return _replica(tmp_path_factory, "ibug300w", replicas.write_ibug300w)


@pytest.fixture(scope="session")
def wflw98(tmp_path_factory):
    return _replica(tmp_path_factory, "wflw98", replicas.write_wflw98)


@pytest.fixture(scope="session")
def cofw29(tmp_path_factory):
    pytest.importorskip("h5py")
    return _replica(tmp_path_factory, "cofw29", replicas.write_cofw29)


@pytest.fixture(scope="session")
def lapa106(tmp_path_factory):
    return _replica(tmp_path_factory, "lapa106", replicas.write_lapa106)
