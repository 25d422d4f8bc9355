import threading

import pytest

from mcf.inference.read_ahead import read_ahead


def test_items_come_in_order_and_are_made_in_another_thread():
    threads = set()

    def items():
        for number in range(50):
            threads.add(threading.get_ident())
            yield number

    assert list(read_ahead(items(), 3)) == list(range(50))
    assert threading.get_ident() not in threads


def test_an_error_comes_after_the_items_before_it():
    def items():
        yield 1
        raise ValueError("broken")

    seen = []
    with pytest.raises(ValueError, match="broken"):
        seen.extend(read_ahead(items(), 3))
    assert seen == [1]


def test_whoever_stops_early_leaves_no_thread_and_no_long_queue():
    made = []

    def items():
        for number in range(1000):
            made.append(number)
            yield number

    before = threading.active_count()
    ahead = read_ahead(items(), 2)
    assert next(ahead) == 0
    ahead.close()
    assert threading.active_count() == before and len(made) <= 5
