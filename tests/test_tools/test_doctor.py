"""The doctor command."""

import pytest

from mcf.commands import doctor
from mcf.utils import environment
from mcf.utils.environment import Line
from tests.fresh_python import ROOT, run_fresh


def test_runs_outside_the_checkout_and_without_installation(tmp_path):
    code = f"""
import os, runpy
os.chdir({str(tmp_path)!r})
sys.path[:] = [path for path in sys.path if path not in ("", {str(ROOT)!r})]
try:
    runpy.run_path({str(ROOT / "tools" / "doctor.py")!r}, run_name="__main__")
except SystemExit as stop:
    print("exit code", stop.code)
"""
    output = run_fresh(code)
    assert "Host libraries" in output and output.strip().endswith("exit code 0")


@pytest.mark.parametrize("problem", [False, True])
def test_exit_code_says_whether_pretraining_can_run(monkeypatch, capsys, problem):
    sections = {"Host libraries": [Line("mmcv", "2.3.6", problem=problem)]}
    monkeypatch.setattr(environment, "report", lambda: sections)
    assert doctor.main([]) == int(problem)
    assert "mmcv" in capsys.readouterr().out
