"""A reader is tried on damaged files in a process that it may crash or hang."""

import multiprocessing
import resource
import signal
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings

from tests.test_fuzz import damage

SECONDS = 20
"""That a file may take; the process ends after them, even inside C."""


@dataclass(frozen=True)
class Door:
    """A reader of files.

    Attributes:
        make: Writes a valid file, with whatever belongs to it, below a folder.
        read: Reads it as far as it can be.
        named: What an error names, one of them; the file by default.
        repair: Makes checksums right.
        is_json: Whether values of the content are exchanged, too.
        errors: What else a damaged file may raise, where that is the contract.
        mebibytes: Most memory that reading adds to the process.
    """

    make: Callable[[Path], Path]
    read: Callable[[Path], object]
    named: tuple[str, ...] = ()
    repair: Callable[[bytes], bytes] | None = None
    is_json: bool = False
    errors: tuple[type[Exception], ...] = ()
    mebibytes: int = 300


def try_door(door: Door, folder: Path, *, cases: int) -> dict[str, int]:
    """How many files were read, and how many refused.

    Raises:
        AssertionError: If the reader raises something else, is fatal, hangs or takes
            too much memory; the damaged file stays in the folder.
    """
    path = door.make(folder)
    valid = path.read_bytes()
    door.read(path)  # a valid file is read; libraries are loaded before the fork
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_serve, args=(there, door, path, valid, cases))
    process.start()
    there.close()
    try:
        outcome = here.recv()
    except EOFError:
        outcome = "it ended its process"
    process.join()
    if process.exitcode == -signal.SIGALRM:
        outcome = f"it took longer than {SECONDS} s"
    assert isinstance(outcome, dict), f"{outcome}; exit {process.exitcode}; see {path}"
    return outcome


def _serve(
    connection: Connection, door: Door, path: Path, valid: bytes, cases: int
) -> None:
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    counts = {"read": 0, "refused": 0}
    before = _peak()

    @settings(
        max_examples=cases,
        database=None,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(damage.files(valid, door.repair, is_json=door.is_json))
    def try_all(data: bytes) -> None:
        path.write_bytes(data)
        signal.setitimer(signal.ITIMER_REAL, SECONDS)
        counts[_outcome(door, path)] += 1
        signal.setitimer(signal.ITIMER_REAL, 0)
        assert _peak() - before < door.mebibytes, "too much memory"

    try:
        try_all()
        connection.send(counts)
    except BaseException:
        connection.send(traceback.format_exc())


def _outcome(door: Door, path: Path) -> str:
    try:
        door.read(path)
    except (ValueError, FileNotFoundError, *door.errors) as error:
        named = door.named or (path.name,)
        assert any(name in str(error) for name in named), f"not named: {error!r}"
        return "refused"
    return "read"


def _peak() -> int:
    """Most memory of this process so far, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
