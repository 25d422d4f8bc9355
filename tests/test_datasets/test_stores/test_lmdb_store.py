import os
import struct

import lmdb
import pytest

from mcf.datasets.stores import LMDBStore


def write(path, items, subdir=True, map_size=2**20):
    environment = lmdb.open(str(path), map_size=map_size, subdir=subdir)
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


def test_missing_and_empty_are_errors(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere"):
        LMDBStore(tmp_path / "nowhere")
    root = write(tmp_path / "db", {b"length": b"0"})
    with pytest.raises(ValueError, match="no image"):
        LMDBStore(root)
    with pytest.raises(FileNotFoundError, match=r"list\.txt"):
        LMDBStore(root, list_file=tmp_path / "list.txt")


@pytest.mark.parametrize("count", [1, 50, 3000])
def test_equals_what_the_lmdb_package_reads(tmp_path, count):
    items = {
        b"%d/%06d.jpg" % (i % 3, i): os.urandom(i * 7919 % 9000) for i in range(count)
    }
    root = write(tmp_path / "db", items, map_size=2**28)
    environment = lmdb.open(str(root), map_size=2**28)
    with environment, environment.begin(write=True) as change:
        for key in list(items)[::5]:  # pages are reused, freed and split
            items.pop(key)
            change.delete(key)
        for key in list(items)[::3]:
            items[key] = os.urandom(len(items[key]) + 5)
            change.put(key, items[key])
        change.put(b"last.jpg", b"")
    items[b"last.jpg"] = b""
    store = LMDBStore(root)
    names = [name.decode() for name in sorted(items)]
    assert [store.name(i) for i in range(len(store))] == names
    read = [store.read(i) for i in range(len(store))]
    assert read == [items[name] for name in sorted(items)]


@pytest.fixture
def large(tmp_path):
    items = {b"%06d.jpg" % i: b"x" * (9000 if i % 3 else 30) for i in range(300)}
    return write(tmp_path / "db", items, map_size=2**24) / "data.mdb"


@pytest.mark.parametrize("pages", [0, 1, 2, 3, 100, 300])
def test_cut_file_is_an_error_that_names_it(large, pages):
    os.truncate(large, 4096 * pages + 100)
    with pytest.raises(ValueError, match=r"data\.mdb' (is cut|has no meta page)"):
        LMDBStore(large.parent)


ROOT, DEPTH, ENTRIES, LAST, NEWEST = 128, 94, 120, 136, 4096


@pytest.mark.parametrize(
    ("place", "kind", "value"),
    [
        (NEWEST + ROOT, "<Q", 10**12),  # a page far outside
        (NEWEST + ROOT, "<Q", 0),  # the meta page
        (NEWEST + DEPTH, "<H", 60_000),
        (NEWEST + DEPTH, "<H", 0),
        (NEWEST + DEPTH, "<H", 1),
        (NEWEST + ENTRIES, "<Q", 5),
        (NEWEST + 92, "<H", 4),  # several values a key
        (40, "<I", 0),  # page size
        (40, "<I", 2**31),
        (16, "<I", 7),  # magic number
    ],
)
def test_wrong_number_in_a_meta_page_is_an_error(large, place, kind, value):
    data = bytearray(large.read_bytes())
    struct.pack_into(kind, data, place, value)
    large.write_bytes(data)
    with pytest.raises(ValueError, match=r"data\.mdb"):
        LMDBStore(large.parent)


def test_pages_that_lead_in_a_circle_are_an_error(large):
    data = bytearray(large.read_bytes())
    (root,) = struct.unpack_from("<Q", data, NEWEST + ROOT)
    lower = struct.unpack_from("<H", data, root * 4096 + 12)[0]
    for place in struct.unpack_from(f"<{(lower - 16) // 2}H", data, root * 4096 + 16):
        struct.pack_into("<I", data, root * 4096 + place, root)
    struct.pack_into("<H", data, NEWEST + DEPTH, 32)
    large.write_bytes(data)
    with pytest.raises(ValueError, match=r"data\.mdb"):
        LMDBStore(large.parent)


def test_databases_in_the_database_are_an_error(tmp_path):
    with lmdb.open(str(tmp_path / "db"), max_dbs=2) as environment:
        environment.open_db(b"inner.jpg")
    with pytest.raises(ValueError, match=r"data\.mdb.*databases"):
        LMDBStore(tmp_path / "db")
