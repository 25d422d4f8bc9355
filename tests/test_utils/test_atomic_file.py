import os
import signal
import subprocess
import sys
import time

import pytest
import torch

from mcf.utils import atomic_file
from mcf.utils.atomic_file import save_atomically, write_atomically

WRITER = """
import sys, itertools
import mcf
from mcf.utils.atomic_file import write_atomically
print("ready", flush=True)
for i in itertools.count():
    write_atomically(bytes([i % 256]) * 1_000_000, sys.argv[1])
"""


def test_file_is_written_and_replaced(tmp_path):
    path = tmp_path / "new" / "file"
    for data in (b"first", b"second"):
        write_atomically(data, path)
        assert path.read_bytes() == data
    assert [p.name for p in path.parent.iterdir()] == ["file"]


def test_interrupted_write_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "file"
    write_atomically(b"old", path)

    def full_disk(descriptor):
        raise OSError("no space left")

    monkeypatch.setattr(atomic_file.os, "fsync", full_disk)
    with pytest.raises(OSError, match="no space"):
        write_atomically(b"new", path)
    assert path.read_bytes() == b"old"


def test_saved_object_loads(tmp_path):
    save_atomically(dict(a=torch.ones(2)), tmp_path / "a.pth")
    assert torch.load(tmp_path / "a.pth")["a"].tolist() == [1, 1]


def test_file_is_whole_after_sigkill(tmp_path):
    path = tmp_path / "file"
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE
    )
    writer.stdout.readline()
    for _ in range(20):  # read while it writes ...
        if path.exists():
            data = path.read_bytes()
            assert len(data) == 1_000_000 and len(set(data[::512])) == 1
        time.sleep(0.01)
    os.kill(writer.pid, signal.SIGKILL)  # ... and after a kill in mid-write
    writer.wait()
    data = path.read_bytes()
    assert len(data) == 1_000_000 and len(set(data)) == 1
