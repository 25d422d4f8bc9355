import os
import threading
from pathlib import Path

import pytest

from mcf.webui.visitor_files import (
    LEAST,
    MAX_UPLOAD,
    NOT_UPLOADED,
    NoRoomError,
    VisitorFiles,
)


def write(path: Path, *, size: int = 1, age: float = 0.0) -> Path:
    path.parent.mkdir(exist_ok=True)
    with path.open("wb") as file:
        file.truncate(size)
    os.utime(path, (path.stat().st_atime - age, path.stat().st_mtime - age))
    return path


def test_upload_is_read(files):
    path = files.folder / "a" / "face.png"
    path.parent.mkdir()
    path.write_bytes(b"pixels")
    assert files.read(str(path)) == b"pixels"


def test_all_else_gets_one_answer(files, tmp_path):
    own = tmp_path / "own.png"
    own.write_bytes(b"private")
    (files.folder / "link").symlink_to(own)
    (files.folder / "linked").symlink_to(tmp_path)
    os.mkfifo(files.folder / "pipe")
    sibling = Path(f"{files.folder}-other")
    sibling.mkdir()
    (sibling / "x").write_bytes(b"x")
    try:
        for path in (
            str(own),
            str(tmp_path / "absent.png"),
            str(tmp_path),
            str(files.folder),
            str(files.folder / "absent"),
            f"{files.folder}/../{own.relative_to('/')}",
            f"{files.folder}/a/../../{tmp_path.name}/own.png",
            str(files.folder / "link"),
            str(files.folder / "linked" / "own.png"),
            str(files.folder / "pipe"),
            str(sibling / "x"),
            f"/{files.folder}/link",
            "own.png",
            f"{files.folder}/\0",
            f"{files.folder}/{'n' * 5000}",
            f"{files.folder}/\ud800",
            "http://127.0.0.1/x.png",
            f"file://{files.folder}/link",
            "",
            None,
            3,
            [str(own)],
            {"path": str(own)},
            b"bytes",
        ):
            with pytest.raises(ValueError, match="upload") as error:
                files.read(path)
            assert str(error.value) == NOT_UPLOADED, path
    finally:
        (sibling / "x").unlink()
        sibling.rmdir()


def test_large_file_is_not_read(files):
    path = write(files.folder / "large", size=MAX_UPLOAD + 1)
    with pytest.raises(ValueError, match="too large: over 64 MiB"):
        files.read(str(path))


def test_old_files_go_with_their_folders(files):
    old = write(files.folder / "a" / "old", age=3700)
    at_the_top = write(files.folder / "old", age=3700)
    new = write(files.folder / "b" / "new", age=3500)
    files.sweep()
    assert new.is_file() and not old.parent.exists() and not at_the_top.exists()


def test_oldest_idle_files_make_room():
    with VisitorFiles(total=10 * LEAST) as files:
        paths = [
            write(files.folder / f"{age}" / "f", size=3 * LEAST, age=age)
            for age in (300, 200, 10)
        ]
        with files.room(LEAST):
            assert all(path.exists() for path in paths)
        with files.room(4 * LEAST):
            assert [path.exists() for path in paths] == [False, True, True]
        with pytest.raises(NoRoomError, match="full"), files.room(8 * LEAST):
            pass
        assert paths[2].exists()


def test_room_is_held_until_it_is_left():
    with VisitorFiles(total=10 * LEAST) as files:
        with files.room(6 * LEAST):
            with pytest.raises(NoRoomError), files.room(6 * LEAST):
                pass
            with files.room(4 * LEAST):
                pass
        with files.room(10 * LEAST):
            pass


def test_small_files_count_too():
    with VisitorFiles(total=10 * LEAST) as files:
        for number in range(11):
            write(files.folder / str(number))
        with pytest.raises(NoRoomError), files.room(0):
            pass
        files.sweep()  # no complaint


def test_many_at_once_never_hold_more_than_there_is():
    most, held = [], []
    with VisitorFiles(total=4 * LEAST) as files:

        def take() -> None:
            for _ in range(30):
                try:
                    with files.room(LEAST):
                        held.append(1)
                        most.append(len(held))
                        held.pop()
                except NoRoomError:
                    pass

        threads = [threading.Thread(target=take) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert 1 <= max(most) <= 4


def test_closing_removes_all_and_lets_nothing_in():
    files = VisitorFiles()
    write(files.folder / "a" / "b")
    files.close()
    assert not files.folder.exists()
    with pytest.raises(NoRoomError, match="closing"), files.room(1):
        pass
    files.sweep()
