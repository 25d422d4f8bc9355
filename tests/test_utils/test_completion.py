"""Completion in a shell, as argcomplete's function in the shell asks for it."""

import os
import subprocess
import sys

import pytest

from tests.fresh_python import ROOT

pytest.importorskip("argcomplete", reason="completion is optional")


def completed(line: str) -> list[str]:
    """What a shell would offer for a line."""
    read, write = os.pipe()
    asked = {
        "_ARGCOMPLETE": "1",
        "_ARGCOMPLETE_IFS": "\n",
        "_ARGCOMPLETE_SUPPRESS_SPACE": "1",
        "COMP_LINE": line,
        "COMP_POINT": str(len(line)),
        "COMP_TYPE": "9",
    }
    done = subprocess.run(  # argcomplete answers on descriptor 8
        ["bash", "-c", f'"$0" -m mcf 8>&{write} 9>/dev/null', sys.executable],
        env=os.environ | asked,
        cwd=ROOT,
        pass_fds=[write],
        capture_output=True,
        text=True,
    )
    os.close(write)
    with os.fdopen(read) as answer:
        words = answer.read().split("\n")
    assert done.stdout == "" and "Traceback" not in done.stderr, done.stderr
    return [word for word in words if word]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("mcf tr", ["train"]),
        ("mcf train --see", ["--seed"]),
        ("mcf prepare ch", ["check"]),
        ("mcf prepare run --reci", ["--recipe"]),
        ("mcf infer --detector n", ["none"]),
        ("mcf verify wf", ["wflw"]),
        (
            "mcf train mcf_vit-tiny-p14_simcc_1xb8-fp32-coslr-12",
            ["mcf_vit-tiny-p14_simcc_1xb8-fp32-coslr-12e_synthetic68-112"],
        ),
        ("mcf train configs/pre", ["configs/pretrain/"]),
    ],
)
def test_shell_completes(line, expected):
    assert completed(line) == expected
