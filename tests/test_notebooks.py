"""The notebooks are valid, short, and run from top to bottom without a network."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.test_docs.pages import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
LARGEST = 300_000
"""Bytes of a notebook with its pictures."""
OFFLINE = """
import socket, sys
def refuse(*arguments, **settings):
    raise OSError("no network here")
socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse
names = {"__name__": "__main__"}
for number, code in enumerate(open(sys.argv[1]).read().split("\\0")):
    exec(compile(code, f"cell {number}", "exec"), names)
"""


def cells(notebook: Path, kind: str) -> list[str]:
    content = json.loads(notebook.read_text())
    assert (content["nbformat"], content["nbformat_minor"]) == (4, 5)
    found = [cell for cell in content["cells"] if cell["cell_type"] == kind]
    return ["".join(cell["source"]) for cell in found]


def test_there_are_notebooks():
    assert len(NOTEBOOKS) >= 3


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_is_small_and_names_no_machine(notebook):
    text = notebook.read_text()
    assert len(text) <= LARGEST
    content = json.loads(text)
    assert len({cell["id"] for cell in content["cells"]}) == len(content["cells"])
    outputs = [
        output
        for cell in content["cells"]
        for output in cell.get("outputs", [])
        if output["output_type"] != "display_data"
    ]
    assert outputs, "executed before it was committed"
    assert "error" not in {output["output_type"] for output in outputs}
    assert not re.search(r"/(tmp|work|home|root|usr)/", json.dumps(outputs))
    assert len(json.dumps([o for o in outputs if "text" in o])) < 4000


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_links_of_a_notebook_lead_somewhere(notebook):
    for text in cells(notebook, "markdown"):
        for target in re.findall(r"\]\(([^)]+)\)", text):
            path = notebook.parent / target.partition("#")[0]
            assert path.exists(), target


@pytest.mark.slow
@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_runs_without_a_network(notebook, tmp_path):
    code = tmp_path / "cells"
    code.write_text("\0".join(cells(notebook, "code")))
    done = subprocess.run(
        [sys.executable, "-c", OFFLINE, code],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-2000:]
