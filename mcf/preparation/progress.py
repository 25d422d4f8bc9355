"""How far a preparation is, on the terminal or in the log."""

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from logging import INFO

from mmengine.logging import print_log
from rich.console import Console, RenderableType
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from mcf.preparation.worker import Outcome

LOG_EVERY = 30.0


def watch(
    outcomes: Iterable[Outcome], *, total: int, done: int, console: Console
) -> Iterator[Outcome]:
    """Outcomes passed on, with a bar on a terminal and a log line now and then else.

    Args:
        outcomes: What became of the units, in the order in which they end.
        total: Units of the source.
        done: Units that earlier runs finished.
        console: Where the bar goes.
    """
    counts: Counter = Counter()
    started = logged = time.monotonic()
    bar = _Bar(
        TextColumn("units {task.completed}/{task.total}"),
        BarColumn(),
        TextColumn("{task.percentage:.0f} %  left"),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
        speed_estimate_period=600,
    )
    with bar:
        task = bar.add_task("", total=total, completed=done)
        for number, outcome in enumerate(outcomes, start=done + 1):
            counts += outcome.counts
            now = time.monotonic()
            text = describe(counts, now - started)
            bar.note = text
            bar.update(task, completed=number)
            if not console.is_terminal and now - logged > LOG_EVERY:
                logged = now
                left = (now - started) / (number - done) * (total - number)
                message = f"{number}/{total} units, {left / 60:.0f} min left: {text}"
                print_log(message, logger="current", level=INFO)
            yield outcome


class _Bar(Progress):
    """Bar with a line below it."""

    note = ""

    def get_renderables(self) -> Iterator[RenderableType]:
        yield from super().get_renderables()
        yield Text(self.note, no_wrap=True, overflow="ellipsis")


def describe(counts: Counter, seconds: float) -> str:
    """Rates and reasons in a line."""
    rates = " ".join(
        f"{number / max(seconds, 1e-9):.1f} {name}/s"
        for name, number in (("images", counts["images"]), ("faces", counts[""]))
    )
    rejected = sorted(
        ((number, reason) for reason, number in counts.items() if reason),
        reverse=True,
    )
    reasons = [
        f"{reason} {number:,}" for number, reason in rejected if reason != "images"
    ]
    return f"{rates}  rejected: {', '.join(reasons) or 'nothing'}"
