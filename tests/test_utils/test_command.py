import errno
import subprocess
import sys
from pathlib import Path

import pytest

from mcf.utils.command import run_command


def fail_with(error: BaseException):
    def main(*arguments):
        raise error

    return main


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (ValueError("--size is 0; give 1 or more"), 2, "error: --size is 0; give 1"),
        (FileNotFoundError("no run in 'x'"), 2, "error: no run in 'x'"),
        (
            FileNotFoundError(2, "No such file", "x.pth"),
            2,
            "error: x.pth: No such file",
        ),
        (ImportError("needs `pip install x`"), 2, "error: needs `pip install x`"),
        (
            ModuleNotFoundError("No module named 'cv2'"),
            2,
            "error: No module named 'cv2'; mcf doctor lists what is missing",
        ),
        (
            OSError(errno.ENOSPC, "No space", "a"),
            1,
            "error: a: No space; the",
        ),
        (OSError(errno.EROFS, "Read-only", "a"), 1, "error: a: Read-only; name a"),
        (OSError("odd"), 1, "error: odd"),
        (FloatingPointError("the loss is nan"), 1, "error: the loss is nan"),
        (KeyboardInterrupt("stopped at 3; go on with --x"), 130, "stopped at 3; go on"),
        (KeyboardInterrupt(), 130, "stopped"),
    ],
)
def test_error_is_a_line_and_an_exit_code(error, code, line, capsys):
    assert run_command(fail_with(error)) == code
    said = capsys.readouterr().err
    assert said.startswith(line) and said.count("\n") == 1


def test_error_of_a_loading_worker_is_its_last_line(capsys):
    text = (
        "Caught ValueError in DataLoader worker process 0.\nOriginal Traceback (most "
        "recent call last):\n  File ...\nValueError: a.jpg is missing\n"
    )
    assert run_command(fail_with(ValueError(text))) == 2
    assert capsys.readouterr().err == "error: ValueError: a.jpg is missing\n"


def test_faults_of_the_program_keep_their_traceback(monkeypatch):
    with pytest.raises(KeyError):
        run_command(fail_with(KeyError("x")))
    monkeypatch.setenv("MCF_TRACEBACK", "1")
    with pytest.raises(ValueError, match="wanted"):
        run_command(fail_with(ValueError("wanted")))


@pytest.mark.parametrize(("result", "code"), [(None, 0), (0, 0), (3, 3)])
def test_result_is_the_exit_code(result, code):
    assert run_command(lambda argv: result, []) == code


PRINTER = """
import sys
from pathlib import Path
from mcf.utils.command import run_command
def main():
    for _ in range(100_000):
        print("many lines")
sys.exit(run_command(main))
"""


def test_reader_that_has_enough_is_no_error():
    process = subprocess.Popen(
        [sys.executable, "-c", PRINTER], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    process.stdout.read(10)
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait() == 141


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_output_into_a_full_disk_is_an_error():
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-c", PRINTER], stdout=full, stderr=subprocess.PIPE
        )
    assert done.returncode == 1
    assert done.stderr.startswith(b"error: No space left on device; the disk is full")
    assert done.stderr.count(b"\n") == 1
