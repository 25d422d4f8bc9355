"""Writers × faults: nothing damaged, nothing left over, errors that name a file."""

import ast
import multiprocessing
import resource
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mcf.datasets.stores import FolderStore, pack_lmdb, pack_tar
from mcf.utils.command import run_command
from tests.test_utils.writers import WRITERS, Writer

ROOT = Path(__file__).resolve().parents[2]
OLD, NEW = 1, 2
FORK = multiprocessing.get_context("fork")


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def mount(*options: str) -> bool:
    try:
        done = subprocess.run(["mount", *options], capture_output=True)
    except FileNotFoundError:
        return False
    return done.returncode == 0


@pytest.fixture
def disk(tmp_path) -> Iterator[Path]:
    """A small disk of its own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if not mount("-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)):
        pytest.skip("this user may not mount a tmpfs")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@contextmanager
def full(disk: Path) -> Iterator[None]:
    ballast = disk / "ballast"
    with pytest.raises(OSError, match="No space"), ballast.open("wb", 0) as file:
        while True:
            file.write(b"x" * 4096)
    yield
    ballast.unlink()


@contextmanager
def no_large_files() -> Iterator[None]:
    """No file of this process may hold a byte, on machines without mounts too."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def assert_refused(writer: Writer, folder: Path, before: dict, capsys) -> None:
    """The command fails in one line with the file's name, and all is as before."""
    capsys.readouterr()
    code = run_command(writer, folder, NEW)
    said = capsys.readouterr().err
    assert code == 1, said
    assert said.startswith(f"error: {folder}") and said.count("\n") == 1
    found = contents(folder)
    found.pop("ballast", None)
    assert found == before


@pytest.mark.parametrize("name", WRITERS)
def test_full_disk_leaves_the_old_result(name, disk, capsys):
    WRITERS[name](disk, OLD)
    before = contents(disk)
    with full(disk):
        assert_refused(WRITERS[name], disk, before, capsys)
    WRITERS[name](disk, NEW)
    assert contents(disk) != before


@pytest.mark.parametrize("name", WRITERS)
def test_file_that_may_not_grow_leaves_the_old_result(name, tmp_path, capsys):
    WRITERS[name](tmp_path, OLD)
    before = contents(tmp_path)
    limited = WRITERS[name]

    def write(folder: Path, number: int) -> None:
        with no_large_files():
            limited(folder, number)

    assert_refused(write, tmp_path, before, capsys)


@pytest.mark.parametrize("name", WRITERS)
def test_read_only_folder_keeps_the_old_result(name, disk, capsys):
    WRITERS[name](disk, OLD)
    before = contents(disk)
    assert mount("-o", "remount,ro", str(disk))
    assert_refused(WRITERS[name], disk, before, capsys)


@pytest.mark.parametrize("name", WRITERS)
def test_removed_folder_is_made_again_or_named(name, tmp_path, capsys):
    folder = tmp_path / "gone"
    folder.mkdir()
    WRITERS[name](folder, OLD)
    whole = set(contents(folder))
    shutil.rmtree(folder)
    code = run_command(WRITERS[name], folder, NEW)
    if code == 0:
        assert set(contents(folder)) == whole
    else:
        said = capsys.readouterr().err
        assert code == 2 and str(folder) in said and said.count("\n") == 1


def write_for_ever(writer: Writer, folder: Path, numbers: tuple[int, ...]) -> None:
    while True:
        for number in numbers:
            writer(folder, number)


def states(writer: Writer, folder: Path) -> dict[str, set[bytes]]:
    """Contents that each file may have."""
    found: dict[str, set[bytes]] = {}
    for number in (NEW, OLD):
        writer(folder, number)
        for name, data in contents(folder).items():
            found.setdefault(name, set()).add(data)
    return found


@pytest.mark.parametrize("writers", [1, 2], ids=["killed", "two at once"])
@pytest.mark.parametrize("name", WRITERS)
def test_kills_and_other_writers_damage_nothing(name, writers, tmp_path):
    allowed = states(WRITERS[name], tmp_path)
    team = [
        FORK.Process(target=write_for_ever, args=(WRITERS[name], tmp_path, (OLD, NEW)))
        for _ in range(writers)
    ]
    for process in team:
        process.start()
    try:
        end = time.monotonic() + 0.15
        while time.monotonic() < end:
            for file, whole in allowed.items():
                assert (tmp_path / file).read_bytes() in whole
    finally:
        for process in team:
            process.kill()
            process.join()
    assert all(process.exitcode == -9 for process in team)
    for file, whole in allowed.items():
        assert (tmp_path / file).read_bytes() in whole
    left = contents(tmp_path).keys() - allowed.keys()
    assert len(left) <= writers * len(allowed)
    assert all(name.endswith(".tmp") for name in left)
    states(WRITERS[name], tmp_path)


@pytest.mark.parametrize("pack", [pack_tar, pack_lmdb])
def test_store_on_a_full_disk_is_not_there_at_all(pack, disk, faces, capsys):
    before = contents(disk)
    with full(disk):
        assert run_command(pack, FolderStore(faces), disk / "store") == 1
        assert capsys.readouterr().err.startswith(f"error: {disk}")
        assert [path.name for path in disk.iterdir()] == ["ballast"]
    assert contents(disk) == before


@pytest.mark.parametrize("pack", [pack_tar, pack_lmdb])
def test_second_writer_of_a_store_is_refused(pack, faces, tmp_path, capsys):
    class Slow(FolderStore):
        def read(self, index: int) -> bytes:
            if index == 0:
                assert run_command(pack, FolderStore(faces), tmp_path / "store") == 2
            return super().read(index)

    pack(Slow(faces), tmp_path / "store")
    assert "is in use by process" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["store"]


@pytest.fixture(scope="module")
def faces(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("faces")
    for number in range(3):
        WRITERS["picture"](folder, number)
        (folder / "a.png").rename(folder / f"{number}.png")
    return folder


BARE = {"write_text", "write_bytes", "imwrite", "savefig"}
"""Functions that write straight under the final name."""

ELSEWHERE = {
    "projects/step_benchmark/loading.py": "a temporary folder",
    "projects/recipe/report.py": "memory",
    "mcf/demo/terminal.py": "a log, at whose end lines are added",
    "mcf/visualization/curves.py": "memory",
    "mcf/webui": "a temporary folder",
    "mcf/preparation/unit.py": "a claim, which stays empty",
    "mcf/utils/atomic_file.py": "is the way",
}
"""Where such calls write no result."""


def bare_writes(path: Path) -> list[str]:
    """Calls in a file that write straight under a final name."""
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Call):
            continue
        function = node.func
        name = getattr(function, "attr", getattr(function, "id", ""))
        modes = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
        writes = name == "open" and any(
            isinstance(mode, str) and mode[:1] in "wax" and len(mode) <= 3
            for mode in modes
            if mode
        )
        if name in BARE or writes:
            found.append(f"{path.relative_to(ROOT)}:{node.lineno} {name}")
    return found


def test_no_result_is_written_straight_under_its_name():
    folders = ("mcf", "tools", "projects")
    files = [file for folder in folders for file in (ROOT / folder).rglob("*.py")]
    found = [
        line
        for file in files
        if not str(file.relative_to(ROOT)).startswith(tuple(ELSEWHERE))
        for line in bare_writes(file)
        if "/.mim/" not in str(file)
    ]
    assert found == []
    assert bare_writes(ROOT / "projects/step_benchmark/loading.py")  # it finds some
