import re
import runpy
import sys
from pathlib import Path

import pytest

from mcf.datasets.stores import FolderStore, LMDBStore, TarStore, pack_lmdb, pack_tar


class ListStore:
    """Store of (name, bytes); bytes of None fail when read."""

    def __init__(self, items, metainfo=None):
        self.items = items
        self.metainfo = metainfo or {}

    def __len__(self):
        return len(self.items)

    def name(self, index):
        return self.items[index][0]

    def read(self, index):
        if self.items[index][1] is None:
            raise OSError("unreadable")
        return self.items[index][1]


def test_shards_hold_shard_size_images_each(faces_folder, tmp_path):
    shards = pack_tar(FolderStore(faces_folder), tmp_path / "out", shard_size=3)
    assert [shard.name for shard in shards] == [f"faces-{i:05d}.tar" for i in range(3)]
    assert [len(TarStore(shard)) for shard in shards] == [3, 3, 2]


def test_equal_stores_give_equal_shards(faces_folder, faces_lmdb, tmp_path):
    (first,) = pack_tar(FolderStore(faces_folder), tmp_path / "1")
    (second,) = pack_tar(LMDBStore(faces_lmdb), tmp_path / "2")
    assert first.read_bytes() == second.read_bytes()


def test_lmdb_grows_with_its_images(tmp_path, monkeypatch):
    import lmdb

    real = lmdb.open
    monkeypatch.setattr(
        lmdb, "open", lambda path, **o: real(path, **(o | {"map_size": 2**16}))
    )
    items = [(f"{i:03d}.jpg", bytes([i]) * 10_000) for i in range(100)]
    pack_lmdb(ListStore(items), tmp_path / "db")
    monkeypatch.undo()
    store = LMDBStore(tmp_path / "db")
    assert [(store.name(i), store.read(i)) for i in range(len(store))] == items


@pytest.mark.parametrize("pack", [pack_tar, pack_lmdb])
def test_failure_leaves_nothing_behind(tmp_path, pack):
    store = ListStore([("a.jpg", b"a"), ("b.jpg", None)])
    with pytest.raises(OSError, match="unreadable"):
        pack(store, tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("pack", [pack_tar, pack_lmdb])
def test_existing_target_is_refused_and_kept(faces_folder, tmp_path, pack):
    (tmp_path / "mine").write_text("precious")
    with pytest.raises(ValueError, match="exists"):
        pack(FolderStore(faces_folder), tmp_path)
    assert (tmp_path / "mine").read_text() == "precious"


@pytest.mark.parametrize("names", [["a", "a"], ["length"], ["x" * 512], [""]])
def test_name_that_cannot_be_a_key_is_an_error(tmp_path, names):
    with pytest.raises(ValueError, match="cannot be an LMDB key"):
        pack_lmdb(ListStore([(name, b"x") for name in names]), tmp_path / "db")


def test_names_that_no_reader_of_shards_would_find_are_refused(tmp_path):
    items = [("a.JPG", b"a"), ("b", b"b"), ("c.txt", b"c")]
    pack_lmdb(ListStore(items), tmp_path / "db")
    with pytest.raises(ValueError, match=r"such as \['b', 'c.txt'\]; rename them"):
        pack_tar(LMDBStore(tmp_path / "db"), tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["db"]
    pack_tar(ListStore(items[:1]), tmp_path / "out")
    assert TarStore(f"{tmp_path}/out/*.tar").name(0) == "a.JPG"


def test_shard_size_below_one_is_an_error(faces_folder, tmp_path):
    with pytest.raises(ValueError, match="shard_size is 0"):
        pack_tar(FolderStore(faces_folder), tmp_path / "out", shard_size=0)


@pytest.fixture
def tool(monkeypatch):
    """Runs the tool with arguments in this process."""
    path = Path(__file__).parents[3] / "tools" / "pack_faces.py"

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", [str(path), *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            runpy.run_path(str(path), run_name="__main__")
        return end.value.code

    return run


def test_tool_packs_a_folder_into_shards_and_those_into_an_lmdb(
    faces_folder, tmp_path, tool, capsys
):
    tool(faces_folder, tmp_path / "tar", "--shard-size", 5)
    tool(f"{tmp_path}/tar/*.tar", tmp_path / "lmdb", "--to", "lmdb")
    assert capsys.readouterr().out.count("8 images") == 2
    store, original = LMDBStore(tmp_path / "lmdb"), FolderStore(faces_folder)
    assert [store.read(i) for i in range(8)] == [original.read(i) for i in range(8)]


def test_tool_decodes_once_on_request(faces_folder, tmp_path, tool):
    tool(faces_folder, tmp_path / "db", "--to", "lmdb", "--pixels")
    assert LMDBStore(tmp_path / "db").read(0).startswith(b"P6\n24 24\n255\n")


def test_tool_names_a_mistake_without_a_traceback(faces_folder, tmp_path, tool, capsys):
    assert tool(faces_folder, tmp_path) == 2
    assert re.search(r"^error: .*exists", capsys.readouterr().err)
