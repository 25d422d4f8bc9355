"""Python in the documentation runs; how-to pages run from top to bottom."""

import ast
import importlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from mmengine.config import Config

from tests.test_docs.pages import PAGES, ROOT, blocks, page_id
from tests.test_docs.prepared import PREPARE

WITH_PYTHON = [
    page for page in PAGES if any(b.language == "python" for b in blocks(page))
]
HOW_TO = [page for page in WITH_PYTHON if page.parent.name == "how_to"]


@pytest.fixture
def workspace(tmp_path, monkeypatch) -> Path:
    """An empty folder that looks like a checkout to a page."""
    shutil.copytree(ROOT / "configs", tmp_path / "configs")
    (tmp_path / "tools").symlink_to(ROOT / "tools")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    before = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - before:
        if (getattr(sys.modules[name], "__file__", None) or "").startswith(
            str(tmp_path)
        ):
            del sys.modules[name]


def run_python(page: Path) -> None:
    """Write the files of a page and execute its other blocks, in their order."""
    names = PREPARE.get(page_id(page), dict)()
    for block in blocks(page):
        if block.language != "python":
            continue
        if block.reason:
            check_only(block.code)
        elif block.title:
            file = Path(block.title)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(block.code)
            importlib.invalidate_caches()
        else:
            place = f"{page_id(page)}, block at line {block.line}"
            exec(compile(block.code, place, "exec"), names)
    for block in blocks(page):
        if block.title and "_base_ = " in block.code:
            Config.fromfile(block.title)


def check_only(code: str) -> None:
    """Parse code and resolve what it imports from us."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.ImportFrom) and node.module.startswith("mcf"):
            module = importlib.import_module(node.module)
            for name in node.names:
                assert hasattr(module, name.name), f"{node.module}.{name.name}"


@pytest.mark.parametrize("page", WITH_PYTHON, ids=page_id)
def test_python_of_a_page_runs(page, workspace):
    run_python(page)


@pytest.mark.slow
@pytest.mark.parametrize("page", HOW_TO, ids=page_id)
def test_commands_of_a_how_to_run(page, workspace):
    run_python(page)
    path = f"{workspace}:{ROOT}"
    scripts = [block.code for block in blocks(page) if block.language == "bash"]
    assert scripts
    for script in scripts:
        script = script.replace("PYTHONPATH=. python", f"'{sys.executable}'")
        done = subprocess.run(
            ["bash", "-euc", script],
            env=os.environ | {"PYTHONPATH": path, "OMP_NUM_THREADS": "1"},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    assert list(workspace.glob("work_dirs/*/last_checkpoint"))
