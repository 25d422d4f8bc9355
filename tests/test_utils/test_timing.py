import time

import pytest

from projects.step_benchmark import Timing, alternate


def test_median_and_spread_are_those_of_the_repeats():
    timing = Timing((1.0, 4.0, 2.0))
    assert timing.median == 2
    assert timing.spread == 1.5


def test_functions_take_turns_after_warming_up():
    calls = []
    timings = alternate(
        {"a": lambda: calls.append("a"), "b": lambda: calls.append("b")}, repeats=2
    )
    assert "".join(calls) == "ab" + "abab"
    assert [len(t.seconds) for t in timings.values()] == [2, 2]


def test_wall_time_is_measured():
    timing = alternate({"sleep": lambda: time.sleep(0.02)}, repeats=3)["sleep"]
    assert timing.median == pytest.approx(0.02, abs=0.015)
