import json
import subprocess
import sys
from pathlib import Path

from tests.test_engine.tiny_run import write_run

TOOL = Path(__file__).parents[2] / "tools/benchmark.py"


def run(*arguments):
    command = [sys.executable, str(TOOL), *map(str, arguments), "--repeats", "1"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout


def test_step_prints_tables_and_writes_them(tmp_path):
    config, out = write_run(tmp_path), tmp_path / "out.json"
    printed = run("step", "--config", config, "--batch-size", 4, "--out", out)
    assert "share of peak" in printed and "optimiser" in printed
    results = json.loads(out.read_text())
    assert set(results["steps"]) == {"plain", "mcf"}
