import json
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor, wait

import pytest

from mcf.utils.lock import HOLDER, held, locked, open_locked

HOLD = """
import os, sys, time
from mcf.utils.lock import held
with held(sys.argv[1]):
    child = os.fork()
    if child:
        print(child, flush=True)
    time.sleep(60)
"""


def test_second_holder_waits_for_the_first(tmp_path):
    path = tmp_path / "new" / "lock"

    def hold():
        with locked(path):
            return "mine"

    with ThreadPoolExecutor() as threads:
        with locked(path):
            second = threads.submit(hold)
            assert wait([second], timeout=0.2).not_done
        assert second.result(timeout=30) == "mine"


def test_second_run_is_told_who_works_in_the_folder(tmp_path):
    folder = tmp_path / "new"
    with held(folder):
        about = json.loads((folder / HOLDER).read_text())
        assert about["pid"] == os.getpid()
        with (
            pytest.raises(ValueError, match=rf"new is in use by process {os.getpid()}"),
            held(folder),
        ):
            pass
        with held(folder, needed=False):
            pass
    assert list(folder.iterdir()) == []
    with held(folder):
        pass


def test_folder_of_a_killed_process_is_free_though_its_children_live(tmp_path):
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    child = int(holder.stdout.readline())
    try:
        with pytest.raises(ValueError, match=f"process {holder.pid} "), held(tmp_path):
            pass
        holder.kill()
        holder.wait()
        with held(tmp_path):
            assert json.loads((tmp_path / HOLDER).read_text())["pid"] == os.getpid()
    finally:
        holder.kill()
        os.kill(child, signal.SIGKILL)


@pytest.mark.parametrize("text", ["[" * 4096, "[]", '{"pid": 1}', "\xff"])
def test_damaged_file_of_a_holder_is_passed_over(tmp_path, text):
    with held(tmp_path):
        (tmp_path / HOLDER).write_text(text, encoding="latin-1")
        with pytest.raises(ValueError, match="another process"), held(tmp_path):
            pass


def test_folder_may_be_removed_by_its_holder(tmp_path):
    folder = tmp_path / "run"
    with held(folder):
        (folder / HOLDER).unlink()
        folder.rmdir()


def test_link_is_not_followed(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="link"):
        open_locked(tmp_path / "link")
    assert not (tmp_path / "elsewhere").exists()
