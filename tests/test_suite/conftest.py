"""Replicas of the data sets, each written once."""

from pathlib import Path

import pytest

from .sets import LABELLED, NEED_H5PY, PAIRS


@pytest.fixture(scope="session")
def replica(tmp_path_factory):
    """Root of a replica by the name of its set; not to be changed."""
    roots: dict[str, Path] = {}

    def root(name: str) -> Path:
        if name in NEED_H5PY:
            pytest.importorskip("h5py")
        if name not in roots:
            roots[name] = tmp_path_factory.mktemp(name)
            write = LABELLED[name].write if name in LABELLED else PAIRS[name][1]
            write(roots[name])
        return roots[name]

    return root
