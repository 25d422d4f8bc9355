"""What the demo shows while it works; all else goes to its log."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import TextIO

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    TaskID,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
)


class Stages:
    """A progress bar a stage; without a terminal, a line when it ends.

    Args:
        out: Where to show it.
    """

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._started: dict[TaskID, float] = {}
        self._bars = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            TaskProgressColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[told]}", style="dim"),
            console=_Terminal(file=out, highlight=False),
            auto_refresh=False,  # no thread: processes are forked meanwhile
            redirect_stdout=False,  # what is printed belongs to the log
            redirect_stderr=False,
            disable=not out.isatty(),
        )

    def say(self, text: str) -> None:
        """A line between or below the bars."""
        if self._bars.disable:
            self._out.write(f"{text}\n")
            self._out.flush()
        else:
            self._bars.console.print(text, markup=False, soft_wrap=True)

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Bars are drawn inside this context, and stay afterwards."""
        if self._bars.disable:
            yield
        else:
            with self._bars:
                yield

    def begin(self, title: str) -> TaskID:
        """A stage starts."""
        task = self._bars.add_task(title, total=1.0, told="")
        self._started[task] = time.monotonic()
        self._bars.refresh()
        return task

    def advance(self, task: TaskID, share: float, told: str = "") -> None:
        """Which share of a stage is done, and a word about it."""
        self._bars.update(task, completed=min(share, 1.0), told=told, refresh=True)

    def end(self, task: TaskID, told: str = "") -> None:
        """A stage is over."""
        self.advance(task, 1.0, told)
        if self._bars.disable:
            seconds = time.monotonic() - self._started[task]
            title = self._bars.tasks[task].description
            self.say(" ".join(filter(None, (title, f"{seconds:4.0f} s ", told))))


class _Terminal(Console):
    def on_broken_pipe(self) -> None:
        raise  # whoever called has an exit code for it


@contextmanager
def only_stages(log: Path) -> Iterator[Stages]:
    """Send what this process and those it starts print to a file, but for the stages.

    Args:
        log: It is appended to.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    saved = [os.dup(1), os.dup(2)]
    try:
        with (
            log.open("a", buffering=1, encoding="utf-8") as file,
            os.fdopen(os.dup(saved[0]), "w", encoding="utf-8") as out,
            redirect_stdout(file),
            redirect_stderr(file),
        ):
            os.dup2(file.fileno(), 1)
            os.dup2(file.fileno(), 2)
            yield Stages(out)
    finally:
        for number, copy in enumerate(saved, 1):
            os.dup2(copy, number)
            os.close(copy)
