import os
import signal
import subprocess
import sys
import time

import pytest

from mcf.utils.command import INTERRUPTED, REFUSED
from tests.test_engine.tiny_run import ROOT


@pytest.fixture
def demo(tmp_path):
    """Starts a quick demo in a process group of its own, as a shell does.

    Ctrl-C ends it even where these tests run in the background of a script, which has
    its commands ignore it.
    """

    def start(*words: str) -> subprocess.Popen:
        return subprocess.Popen(
            [sys.executable, "-m", "mcf", "demo", "--quick", *words],
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )

    return start


def test_folder_of_a_demo_is_not_begun_anew(demo, tmp_path):
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo/demo.log").touch()
    process = demo("--out", "demo")
    out, errors = process.communicate(timeout=60)
    assert (process.returncode, out) == (REFUSED, "")
    assert errors == (
        "error: demo holds a demo: --resume continues it, --out names another folder\n"
    )


@pytest.mark.slow
@pytest.mark.parametrize("stage", ["Drawing", "pretrain"])
def test_ctrl_c_says_how_to_go_on_and_leaves_nothing_running(demo, tmp_path, stage):
    process = demo("--out", "demo")
    marks = dict(Drawing="demo/demo.log", pretrain="demo/pretrain/*/*.log")
    deadline = time.monotonic() + 300
    while not list(tmp_path.glob(marks[stage])):
        assert time.monotonic() < deadline and process.poll() is None
        time.sleep(0.1)
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=120)
    assert process.returncode == INTERRUPTED
    assert errors == "stopped; mcf demo --out demo --resume continues it\n"
    with pytest.raises(ProcessLookupError):
        for _ in range(100):  # what tracks memory of the pool leaves a little later
            os.killpg(process.pid, 0)
            time.sleep(0.1)
    assert not (tmp_path / "demo/pretrain/finished").exists()
