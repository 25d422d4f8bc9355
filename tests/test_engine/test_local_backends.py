import json
import resource

import numpy as np
import pytest
from mmengine.config import Config
from mmengine.registry import VISBACKENDS

from mcf.engine import AtomicBackend, local_backends


def test_backend_writes_bytes_and_text_atomically(tmp_path, monkeypatch):
    written = []
    monkeypatch.setattr(
        local_backends, "write_atomically", lambda data, path: written.append(data)
    )
    AtomicBackend().put(b"x", tmp_path / "a")
    AtomicBackend().put_text("ü", tmp_path / "b")
    assert written == [b"x", "ü".encode()]


def test_files_are_those_of_mmengine(tmp_path):
    found = {}
    for kind in ("LocalVisBackend", "mcf.LocalVisBackend"):
        folder = tmp_path / kind
        backend = VISBACKENDS.build(dict(type=kind, save_dir=str(folder)))
        backend.add_config(Config(dict(a=1)))
        backend.add_image("x", np.full((3, 4, 3), 9, np.uint8), step=2)
        backend.add_scalar("loss", 0.5, step=1)
        backend.add_scalars(dict(a=1.0, b=2), step=2)
        found[kind] = {
            str(path.relative_to(folder)): path.read_bytes()
            for path in folder.rglob("*.*")
        }
    assert len(found["LocalVisBackend"]) == 3
    assert found["mcf.LocalVisBackend"] == found["LocalVisBackend"]


def test_line_that_does_not_fit_is_not_begun(tmp_path):
    backend = VISBACKENDS.build(
        dict(type="mcf.LocalVisBackend", save_dir=str(tmp_path))
    )
    backend.add_scalar("loss", 0.5, step=1)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (40, hard))
    try:
        with pytest.raises(OSError, match=r"scalars\.json"):
            backend.add_scalar("loss", 0.25, step=2)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    (line,) = (tmp_path / "scalars.json").read_text().splitlines()
    assert json.loads(line) == dict(loss=0.5, step=1)
