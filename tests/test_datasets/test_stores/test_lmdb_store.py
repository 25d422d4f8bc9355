import sys

import lmdb
import pytest

from mcf.datasets.stores import LMDBStore


def write(path, items, subdir=True):
    environment = lmdb.open(str(path), map_size=2**20, subdir=subdir)
    with environment, environment.begin(write=True) as transaction:
        for key, value in items.items():
            transaction.put(key, value)
    return path


@pytest.fixture
def released(tmp_path):
    """The released layout with its lines out of order."""
    root = write(tmp_path / "db", {b"b": b"B", b"a": b"A", b"length": b"2"})
    keys = tmp_path / "list.txt"
    keys.write_text("b\na\n")
    return root, keys


def test_released_layout_is_read_in_the_order_of_the_keys(released):
    root, keys = released
    store = LMDBStore(root, list_file=keys)
    assert [(store.name(i), store.read(i)) for i in range(2)] == [
        ("a", b"A"),
        ("b", b"B"),
    ]


def test_list_that_disagrees_with_length_is_an_error(released):
    root, keys = released
    keys.write_text("a\nb\nc\n")
    with pytest.raises(ValueError, match=r"lists 3 keys.*b'2'"):
        LMDBStore(root, list_file=keys)


def test_list_without_length_is_an_error(tmp_path):
    root = write(tmp_path / "db", {b"a": b"A"})
    keys = tmp_path / "list.txt"
    keys.write_text("a\n")
    with pytest.raises(ValueError, match="None"):
        LMDBStore(root, list_file=keys)


def test_listed_key_that_is_absent_fails_when_read(tmp_path):
    root = write(tmp_path / "db", {b"a": b"A", b"length": b"2"})
    keys = tmp_path / "list.txt"
    keys.write_text("a\nlost\n")
    store = LMDBStore(root, list_file=keys)
    with pytest.raises(OSError, match="lost"):
        store.read(1)


def test_single_file_lmdb_is_read(tmp_path):
    root = write(tmp_path / "faces.lmdb", {b"a": b"A"}, subdir=False)
    assert LMDBStore(root).read(0) == b"A"


def test_two_stores_of_one_path_are_read_side_by_side(tmp_path):
    root = write(tmp_path / "db", {b"a": b"A"})
    first, second = LMDBStore(root), LMDBStore(f"{root}/../db")
    assert first.read(0) == second.read(0) == b"A"


def test_path_can_be_rewritten_once_its_stores_are_gone(tmp_path):
    root = write(tmp_path / "db", {b"a": b"A"})
    store = LMDBStore(root)
    store.read(0)
    del store
    write(root, {b"a": b"new"})
    assert LMDBStore(root).read(0) == b"new"


def test_missing_empty_and_uninstalled_are_errors(tmp_path, monkeypatch):
    with pytest.raises(FileNotFoundError, match="nowhere"):
        LMDBStore(tmp_path / "nowhere")
    root = write(tmp_path / "db", {b"length": b"0"})
    with pytest.raises(ValueError, match="no image"):
        LMDBStore(root)
    with pytest.raises(FileNotFoundError, match=r"list\.txt"):
        LMDBStore(root, list_file=tmp_path / "list.txt")
    monkeypatch.setitem(sys.modules, "lmdb", None)
    with pytest.raises(ImportError, match="pip install lmdb"):
        LMDBStore(root)


def test_hidden_keys_are_passed_over_and_counted(released, tmp_path):
    root, keys = released
    assert LMDBStore(root, list_file=keys).passed_over == {}
    copies = {b"a/1.jpg": b"1", b"a/._1.jpg": b"m", b"__MACOSX/a": b"m"}
    store = LMDBStore(write(tmp_path / "mac", copies | {b"length": b"3"}))
    assert [store.name(i) for i in range(len(store))] == ["a/1.jpg"]
    assert store.passed_over == {"hidden": 2}
    (tmp_path / "mac.txt").write_text("a/1.jpg\na/._1.jpg\n__MACOSX/a\n")
    assert len(LMDBStore(tmp_path / "mac", list_file=tmp_path / "mac.txt")) == 1
