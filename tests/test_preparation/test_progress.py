import io
from collections import Counter

import pytest

pytest.importorskip("pyarrow")

from rich.console import Console

from mcf.preparation.progress import describe, watch
from mcf.preparation.worker import Outcome


def outcomes(count: int) -> list[Outcome]:
    return [Outcome(i, Counter({"": 3, "small": 1, "images": 2})) for i in range(count)]


def shown(terminal: bool) -> str:
    console = Console(file=io.StringIO(), force_terminal=terminal, width=80)
    given = outcomes(4)
    assert [*watch(given, total=10, done=6, console=console)] == given
    return console.file.getvalue()


def test_terminal_shows_share_time_left_rates_and_reasons():
    text = shown(terminal=True)
    for part in ("10/10", "100 %", "left", "images/s", "faces/s", "small 4"):
        assert part in text


def test_nothing_is_drawn_where_there_is_no_terminal():
    assert shown(terminal=False) == ""


def test_rates_and_reasons_fill_a_line():
    counts = Counter({"": 10, "images": 20, "small": 3, "no face": 5})
    line = "10.0 images/s 5.0 faces/s  rejected: no face 5, small 3"
    assert describe(counts, 2.0) == line
    assert describe(Counter(), 0.0).endswith("rejected: nothing")
