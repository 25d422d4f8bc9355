"""Commands that run side by side, a few at a time, each with a bar."""

import json
import os
import shlex
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mcf.demo.terminal import Stages
from mcf.utils.command import REFUSED

PAUSE = 0.2
"""Seconds between two looks at what runs."""


@dataclass(frozen=True)
class Job:
    """A command that leaves a folder.

    Attributes:
        title: What it is called on the screen.
        words: Verb and arguments of ``mcf``.
        folder: What it fills.
        needs: Folders of jobs that must be over before.
        steps: Iterations of a training, which can be resumed; 0 for other verbs.
    """

    title: str
    words: tuple[str, ...]
    folder: Path
    needs: tuple[Path, ...] = ()
    steps: int = 0

    @property
    def mark(self) -> Path:
        """File that is there when the job is over."""
        return self.folder / "finished"


def run_jobs(
    jobs: Sequence[Job], stages: Stages, log: Path, *, resume: bool = False
) -> None:
    """Run jobs in their order, each as soon as a core is free and its needs are met.

    Two run at a time where there are two cores, and share the cores.

    Args:
        jobs: No job needs a later one.
        stages: Shows them.
        log: File that all of them print to, for what is said about failures.
        resume: Pass over finished jobs and go on with begun ones.

    Raises:
        ChildProcessError: If one fails; the others are stopped.
        ValueError: If a command refuses its arguments.
    """
    cores = len(os.sched_getaffinity(0))
    lanes = min(2, cores)
    waiting = [job for job in jobs if not (resume and job.mark.exists())]
    running: list[tuple[Job, subprocess.Popen, int]] = []
    try:
        while waiting or running:
            unfinished = {job.folder for job in waiting}
            unfinished |= {job.folder for job, *_ in running}
            ready = [job for job in waiting if unfinished.isdisjoint(job.needs)]
            for job in ready[: lanes - len(running)]:
                waiting.remove(job)
                process = _start(job, threads=cores // lanes, resume=resume)
                running.append((job, process, stages.begin(job.title)))
            time.sleep(PAUSE)
            for job, process, bar in tuple(running):
                code = process.poll()
                if code is None:
                    stages.advance(bar, *_progress(job))
                    continue
                running.remove((job, process, bar))
                if code:
                    raise _failure(job, code, log)
                job.mark.touch()
                stages.end(bar, _progress(job)[1])
    finally:
        for _, process, _ in running:
            process.terminate()
        for _, process, _ in running:
            process.wait()


def _start(job: Job, *, threads: int, resume: bool) -> subprocess.Popen:
    words = [*job.words, *["--resume"] * (resume and job.steps > 0)]
    job.folder.mkdir(parents=True, exist_ok=True)
    sys.stdout.write(f"\n$ mcf {shlex.join(words)}\n")
    sys.stdout.flush()
    return subprocess.Popen(
        [sys.executable, "-m", "mcf", *words],
        stdin=subprocess.DEVNULL,
        env={"OMP_NUM_THREADS": str(threads), **os.environ},
    )


def _progress(job: Job) -> tuple[float, str]:
    """Share of the iterations that are logged, and the loss."""
    logged: dict[str, float] = {}
    for file in sorted(job.folder.glob("*/vis_data/scalars.json"))[-1:]:
        for line in file.read_text(errors="replace").splitlines():
            try:
                found = json.loads(line)
            except ValueError:  # half a line, a moment before the rest
                continue
            if "iter" in found:
                logged = found
    told = f"loss {logged['loss']:.4g}" if "loss" in logged else ""
    return logged.get("iter", 0) / max(1, job.steps), told


def _failure(job: Job, code: int, log: Path) -> Exception:
    lines = log.read_text(errors="replace").splitlines()
    said = next((line for line in reversed(lines) if line.startswith("error: ")), "")
    text = f"{job.title}: exit code {code}; {said.removeprefix('error: ')}; see {log}"
    return ValueError(text) if code == REFUSED else ChildProcessError(text)
