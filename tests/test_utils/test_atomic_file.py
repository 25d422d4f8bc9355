import errno
import os
import resource
import signal
import subprocess
import sys
import time

import pytest
import torch

from mcf.utils import atomic_file
from mcf.utils.atomic_file import save_atomically, whole_file, write_atomically

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


def test_many_writers_at_once_leave_one_whole_file(tmp_path):
    path = tmp_path / "file"
    command = [sys.executable, "-c", WRITER, str(path)]
    writers = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(3)]
    try:
        for writer in writers:
            writer.stdout.readline()
        reads = 0
        end = time.monotonic() + 1
        while time.monotonic() < end:
            if path.exists():
                data = path.read_bytes()
                reads += 1
                assert len(data) == 1_000_000 and len(set(data[::512])) == 1
        assert reads > 10
        assert len(list(tmp_path.glob(".*.tmp"))) <= len(writers)
    finally:
        for writer in writers:
            writer.kill()
            writer.wait()
    write_atomically(b"last", path)
    assert path.read_bytes() == b"last"


def test_what_a_killed_writer_left_is_used_up(tmp_path):
    stale = tmp_path / ".file.tmp"
    stale.write_bytes(b"half, and longer than what comes")
    write_atomically(b"whole", tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == b"whole"
    assert not stale.exists()


def test_nested_writers_of_one_file_do_not_meet(tmp_path):
    path = tmp_path / "file"
    with whole_file(path) as outer, whole_file(path) as inner:
        outer.write(b"outer")
        inner.write(b"inner")
        assert len(list(tmp_path.iterdir())) == 2
    assert path.read_bytes() == b"outer"
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def test_writers_without_locks_have_names_of_their_own(tmp_path, monkeypatch):
    def without(*args):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("mcf.utils.lock.fcntl.flock", without)
    test_nested_writers_of_one_file_do_not_meet(tmp_path)


def test_longest_name_that_a_file_may_have_is_written(tmp_path):
    write_atomically(b"x", tmp_path / ("n" * 255))
    assert [p.name for p in tmp_path.iterdir()] == ["n" * 255]


def test_devices_are_written_to_and_stay(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write_atomically(b"x", pipe)
    assert os.read(reader, 10) == b"x"
    os.close(reader)
    assert pipe.is_fifo()


def test_link_is_replaced_and_what_it_names_stays(tmp_path):
    (tmp_path / "mine").write_bytes(b"mine")
    (tmp_path / "result").symlink_to(tmp_path / "mine")
    write_atomically(b"new", tmp_path / "result")
    assert (tmp_path / "mine").read_bytes() == b"mine"
    assert (tmp_path / "result").read_bytes() == b"new"


@pytest.mark.parametrize("big", [b"x" * 10_000_000, dict(a=torch.zeros(3_000_000))])
def test_error_of_a_full_disk_names_the_file(tmp_path, big):
    path = tmp_path / "file"
    path.write_bytes(b"old")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, hard))
    save = write_atomically if isinstance(big, bytes) else save_atomically
    try:
        with pytest.raises(OSError, match=r"File too large: '.*/file'$"):
            save(big, path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert [p.name for p in tmp_path.iterdir()] == ["file"]
    assert path.read_bytes() == b"old"


def test_error_of_somebody_else_does_not_name_the_file(tmp_path):
    reading = pytest.raises(OSError, match=r"^\[Errno 5\] reading$")
    with reading, whole_file(tmp_path / "a"):
        raise OSError(errno.EIO, "reading")
    assert not list(tmp_path.iterdir())
