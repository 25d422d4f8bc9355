import pickle
import random

import pytest

from mcf.datasets.stores.name_table import NameTable, sort_names


def test_names_come_back_in_order():
    names = [b"b", b"", b"a/\xc3\xa9.jpg"]
    table = NameTable(names)
    assert len(table) == 3
    assert [table.raw(i) for i in range(3)] == names
    assert table[2] == "a/é.jpg"


def test_sorting_is_stable_and_tells_where_names_stood():
    table, order = sort_names([b"b", b"a", b"b", b"a"])
    assert [table.raw(i) for i in range(4)] == [b"a", b"a", b"b", b"b"]
    assert order.tolist() == [1, 3, 0, 2]


def test_sorting_equals_pythons():
    draw = random.Random(0)
    names = [draw.randbytes(draw.randrange(8)) for _ in range(500)]
    table, order = sort_names(iter(names))
    assert [table.raw(i) for i in range(500)] == sorted(names)
    assert [names[i] for i in order] == sorted(names)


def test_sorted_names_are_left_alone():
    assert sort_names([b"a", b"b", b"b"])[1] is None


def test_a_million_names_take_little_more_than_their_bytes():
    table = NameTable(b"%08d.jpg" % i for i in range(100_000))
    assert len(pickle.dumps(table)) < 100_000 * (12 + 8) + 1000


def test_empty_table_has_no_names():
    table, _ = sort_names([])
    assert len(table) == 0
    with pytest.raises(IndexError):
        table[0]
