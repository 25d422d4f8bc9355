import os

import pytest

from mcf.datasets.stores import FolderStore
from mcf.utils.image_files import describe_passed_over


def names(store):
    return [store.name(i) for i in range(len(store))]


def test_links_to_files_and_folders_are_followed_but_not_in_circles(tmp_path):
    root = tmp_path / "root"
    (root / "sub").mkdir(parents=True)
    (root / "sub" / "x.jpg").write_bytes(b"x")
    other = tmp_path / "other"
    other.mkdir()
    (other / "y.png").write_bytes(b"y")
    (root / "file.jpg").symlink_to(root / "sub" / "x.jpg")
    (root / "folder").symlink_to(other)
    (root / "sub" / "up").symlink_to(root)
    store = FolderStore(root)
    assert names(store) == ["file.jpg", "folder/y.png", "sub/x.jpg"]
    assert [store.read(i) for i in range(3)] == [b"x", b"y", b"x"]


def test_dangling_link_is_listed_and_fails_when_read(tmp_path):
    (tmp_path / "gone.jpg").symlink_to(tmp_path / "nothing.jpg")
    store = FolderStore(tmp_path)
    assert names(store) == ["gone.jpg"]
    with pytest.raises(OSError, match=r"gone\.jpg"):
        store.read(0)


def test_name_that_is_not_utf8_is_read(tmp_path):
    path = os.fsencode(tmp_path) + b"/\xff.jpg"
    with open(path, "wb") as file:  # noqa: PTH123
        file.write(b"latin")
    store = FolderStore(tmp_path)
    assert os.fsencode(store.name(0)) == b"\xff.jpg"
    assert store.read(0) == b"latin"


def test_suffixes_choose_the_files(tmp_path):
    for name in ("a.jpg", "b.xyz", "c.XYZ"):
        (tmp_path / name).write_bytes(b"")
    assert names(FolderStore(tmp_path, suffixes=(".xyz",))) == ["b.xyz", "c.XYZ"]


def test_relative_root_survives_a_change_of_directory(tmp_path, monkeypatch):
    (tmp_path / "faces").mkdir()
    (tmp_path / "faces" / "a.jpg").write_bytes(b"a")
    monkeypatch.chdir(tmp_path)
    store = FolderStore("faces")
    monkeypatch.chdir("/")
    assert store.read(0) == b"a"


def test_missing_and_empty_folders_are_errors(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere"):
        FolderStore(tmp_path / "nowhere")
    with pytest.raises(ValueError, match=r"\.jpg"):
        FolderStore(tmp_path)


def test_hidden_files_and_other_endings_are_passed_over_and_counted(tmp_path):
    for name in (
        *("a.jpg", "b.JFIF", "c.jpe", "d.heic", "e.PNG"),
        *("._a.jpg", ".hidden/x.jpg", "__MACOSX/a.jpg", "sub/.DS_Store"),
        *("raw.cr2", "raw.CR2", "notes", "..jpg"),
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    store = FolderStore(tmp_path)
    assert names(store) == ["a.jpg", "b.JFIF", "c.jpe", "d.heic", "e.PNG"]
    assert store.passed_over == {"hidden": 5, ".cr2": 2, "no ending": 1}
    text = describe_passed_over(store.passed_over)
    assert text == "8 files passed over: 5 hidden, 2 .cr2, 1 no ending"


def test_folder_of_other_endings_alone_tells_what_is_there(tmp_path):
    (tmp_path / "a.cr2").write_bytes(b"x")
    with pytest.raises(ValueError, match=r"1 file passed over: 1 \.cr2"):
        FolderStore(tmp_path)
