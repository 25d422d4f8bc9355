import sys
import time
from pathlib import Path

import pytest

from mcf.demo.jobs import Job, run_jobs
from mcf.demo.terminal import only_stages

FINDS = ("models", "--configs", "*synthetic68*")


@pytest.fixture
def log(tmp_path) -> Path:
    return tmp_path / "demo.log"


def run(jobs: list[Job], log: Path, **settings) -> None:
    with only_stages(log) as stages, stages.shown():
        run_jobs(jobs, stages, log, **settings)


def test_jobs_wait_for_what_they_need_and_print_to_the_log(tmp_path, log, capfd):
    first = Job("first", FINDS, tmp_path / "a")
    second = Job("second", FINDS, tmp_path / "b", needs=(first.folder,))
    run([first, second], log)
    assert first.mark.stat().st_mtime_ns < second.mark.stat().st_mtime_ns
    said = capfd.readouterr().out.splitlines()
    assert [line.split()[0] for line in said] == ["first", "second"]
    assert log.read_text().count("$ mcf models --configs '*synthetic68*'") == 2
    assert "simcc_1xb8" in log.read_text()


def test_finished_jobs_are_passed_over_when_a_demo_goes_on(tmp_path, log):
    done = Job("done", ("models", "nothing"), tmp_path / "a")
    done.folder.mkdir()
    done.mark.touch()
    run(
        [done, Job("next", FINDS, tmp_path / "b", needs=(done.folder,))],
        log,
        resume=True,
    )
    assert "nothing" not in log.read_text()


@pytest.mark.parametrize(
    ("words", "error", "said"),
    [
        (("models", "nothing"), ValueError, "no model 'nothing'"),
        (("models", "--configs", "nothing"), ChildProcessError, "exit code 1"),
    ],
)
def test_failure_names_the_stage_the_reason_and_the_log(
    tmp_path, log, words, error, said
):
    jobs = [Job("Stage", words, tmp_path / "a")]
    jobs += [Job("Later", FINDS, tmp_path / "b", needs=(tmp_path / "a",))]
    with pytest.raises(error, match=said) as caught:
        run(jobs, log)
    assert str(caught.value).startswith("Stage: ") and str(log) in str(caught.value)
    assert not (tmp_path / "a/finished").exists() and not (tmp_path / "b").exists()


def test_what_runs_is_stopped_with_the_demo(tmp_path, log, monkeypatch):
    sleeper = tmp_path / "sleeper"
    sleeper.write_text(f"#!/bin/sh\necho $$ > {tmp_path}/pid\nexec sleep 60\n")
    sleeper.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(sleeper))

    def interrupt(seconds: float) -> None:
        deadline = time.monotonic() + 20
        while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text():
            assert time.monotonic() < deadline
        raise KeyboardInterrupt

    monkeypatch.setattr("mcf.demo.jobs.time.sleep", interrupt)
    with pytest.raises(KeyboardInterrupt):
        run([Job("sleeps", (), tmp_path / "a")], log)
    assert not Path(f"/proc/{(tmp_path / 'pid').read_text().strip()}").exists()
