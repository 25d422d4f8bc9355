import os
import pty
import subprocess
import sys
from pathlib import Path

from mcf.demo.terminal import only_stages
from tests.test_engine.tiny_run import ROOT

SHOW = """
import os, sys
from pathlib import Path
from mcf.demo.terminal import only_stages
with only_stages(Path(sys.argv[1])) as stages, stages.shown():
    print("of Python")
    os.system("echo of a child; echo of its errors >&2")
    bar = stages.begin("Drawing")
    stages.advance(bar, 0.5, "loss 3")
    stages.end(bar, "loss 2")
print("after")
"""


def show(log: Path, **streams) -> subprocess.CompletedProcess:
    words = [sys.executable, "-c", SHOW, str(log)]
    return subprocess.run(words, cwd=ROOT, check=True, **streams)


def test_only_stages_are_shown_and_all_else_is_logged(tmp_path):
    log = tmp_path / "log"
    log.write_text("before\n")
    done = show(log, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    stage, after = done.stdout.splitlines()
    assert stage.split() == ["Drawing", "0", "s", "loss", "2"] and after == "after"
    assert stage.isprintable()
    lines = log.read_text().splitlines()
    assert lines[0] == "before"
    assert sorted(lines[1:]) == ["of Python", "of a child", "of its errors"]


def test_terminal_shows_a_bar_a_stage(tmp_path):
    reader, writer = pty.openpty()
    show(
        tmp_path / "log",
        stdout=writer,
        stderr=writer,
        env=os.environ | {"TERM": "xterm"},
    )
    os.close(writer)
    shown = os.read(reader, 10_000).decode()
    os.close(reader)
    assert "Drawing" in shown and "50%" in shown and "100%" in shown and "━" in shown
    assert "of a child" not in shown and "of Python" not in shown
    assert shown.endswith("after\r\n")


def test_streams_are_given_back_after_an_error(tmp_path, capfd):
    try:
        with only_stages(tmp_path / "log"):
            os.write(2, b"hidden")
            raise KeyboardInterrupt
    except KeyboardInterrupt:
        os.write(2, b"seen")
    assert capfd.readouterr().err == "seen"
