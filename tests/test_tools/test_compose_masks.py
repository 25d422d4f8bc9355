import os
import re
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from mcf.datasets.parsing.celebamask_hq_files import part_path
from mcf.utils.command import run_command
from tests.test_datasets.test_parsing.parsing_files import make_celebamask_hq
from tests.tools import load_tool

ROOT = Path(__file__).resolve().parents[2]
TOOL = ROOT / "tools" / "compose_masks.py"


@pytest.fixture(scope="module")
def main():
    return partial(run_command, load_tool("compose_masks").main)


@pytest.fixture
def root(tmp_path):
    return make_celebamask_hq(tmp_path / "CelebAMask-HQ")


def test_all_splits_are_composed_and_then_kept(main, root, capsys):
    main([str(root), "--order", "farl", "--workers", "0"])
    folder = root / "CelebAMask-HQ-mask-farl"
    assert len(list(folder.glob("*.png"))) == 6
    assert f"6 masks composed, 0 kept, in {folder}" in capsys.readouterr().out
    main([str(root), "--order", "farl", "--workers", "0"])
    assert "0 masks composed, 6 kept" in capsys.readouterr().out


def test_splits_and_folder_can_be_chosen(main, root, tmp_path, capsys):
    out = tmp_path / "masks"
    command = [str(root), "--order", "official", "--splits", "val", "test"]
    main([*command, "--out", str(out), "--workers", "2"])
    names = sorted(path.name for path in out.glob("*.png"))
    assert names == ["2.png", "2001.png", "3.png", "4.png"]


def test_failures_and_empty_parts_are_listed(main, root, capsys):
    part_path(root, 1, "skin").write_bytes(b"")
    part_path(root, 3, "skin").unlink()
    assert main([str(root), "--order", "farl", "--workers", "0"]) == 1
    out, error = capsys.readouterr()
    assert re.search(r"error: 1 of 6 masks .*00001_skin\.png", error)
    assert "5 masks composed" in out
    assert "image 1: not composed: " in out
    assert "image 3" not in out


def test_order_must_be_named(main, root, capsys):
    with pytest.raises(SystemExit):
        main([str(root)])
    assert "--order" in capsys.readouterr().err


def test_mistake_ends_with_one_line_and_a_failing_exit(tmp_path):
    command = [sys.executable, TOOL, tmp_path, "--order", "farl"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    run = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert run.returncode == 2
    assert run.stderr.splitlines()[-1].startswith("error: no ")
    assert "Traceback" not in run.stderr
