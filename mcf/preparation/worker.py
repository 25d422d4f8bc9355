"""A process that prepares units, and what watches over it.

Decoders run foreign bytes through C code: an image may end the process or keep it
busy for ever. So a worker is two processes: one works; the other starts it, waits,
and finds out which image was fatal.
"""

import contextlib
import ctypes
import multiprocessing
import signal
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

import cv2

from mcf.preparation.job import Job
from mcf.preparation.unit import Begin, Parts, prepare_image, prepare_unit
from mcf.preparation.unit_of_work import Unit
from mcf.utils.command import describe

DEATHS_OF_POISON = 3
MAX_RESTARTS = 20
PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Outcome:
    """What became of a unit.

    Attributes:
        unit: Its number.
        counts: Rows by reason ('' is accepted) and ``images``, if it was prepared.
        problem: Why it was not.
        busy: Whether another process was working on it.
    """

    unit: int
    counts: Counter = field(default_factory=Counter)
    problem: str = ""
    busy: bool = False


@dataclass(frozen=True)
class _Task:
    """A unit, or a single image of it, of which nothing is written."""

    unit: Unit
    poison: Mapping[int, str]
    only: int | None = None


@dataclass(frozen=True)
class _Death:
    """The end of a working process, with the image it had in hand, if any."""

    position: int | None
    reason: str


class Worker:
    """Prepares units one after the other in a process of its own.

    The process is replaced when it dies. The image it had in hand is then tried alone:
    if that is fatal again, and once more, it is poison: it gets a row with the reason
    (``crashed`` or ``hung``) and the unit is prepared without it. Deaths by other
    causes leave no trace, because the image survives alone.

    Args:
        job: What to do.
        folder: Where the results of units go.
        timeout: Seconds that an image may take.
    """

    def __init__(self, job: Job, folder: str | Path, *, timeout: float = 60) -> None:
        self._arguments = (job, Parts(Path(folder)), timeout)
        self._process = None
        self._connection: Connection | None = None
        self._closed = False

    def run(self, unit: Unit) -> Outcome:
        """Prepare a unit, whatever its images do.

        Raises:
            RuntimeError: If the process cannot even open the detector.
        """
        poison: dict[int, str] = {}
        in_vain = 0  # deaths that taught nothing; a unit may hold any number of poisons
        while in_vain < MAX_RESTARTS:
            reply = self._attempt(_Task(unit, dict(poison)))
            if isinstance(reply, Outcome):
                return reply
            known = len(poison)
            if reply.position is not None:
                poison |= self._judge(unit, reply.position)
            in_vain = 0 if len(poison) > known else in_vain + 1
        return Outcome(unit.index, problem=f"its process died {MAX_RESTARTS} times")

    def close(self) -> None:
        """End the process; from any thread."""
        self._closed = True
        if (process := self._process) is not None:
            process.kill()

    def _judge(self, unit: Unit, position: int) -> dict[int, str]:
        """The image and the reason if it is fatal alone, too; else nothing."""
        solo = _Task(unit, {}, only=position)
        deaths = 1
        for _ in range(MAX_RESTARTS):
            reply = self._attempt(solo)
            if isinstance(reply, Outcome):
                break
            deaths += reply.position == position
            if deaths == DEATHS_OF_POISON:
                return {position: reply.reason}
        return {}

    def _attempt(self, task: _Task) -> Outcome | _Death:
        """What the process replies, or how it died."""
        position = None
        try:
            self._start()
            self._connection.send(task)
            while True:
                reply = self._connection.recv()
                if isinstance(reply, Outcome):
                    return reply
                if isinstance(reply, Exception):
                    raise RuntimeError(f"a worker cannot start: {reply}") from reply
                position = reply
        except (EOFError, OSError):
            return _Death(position, self._bury())

    def _start(self) -> None:
        if self._closed:
            raise RuntimeError("this worker was closed")
        if self._process is not None:
            return
        # Not forked from here: this process may have threads, and its child must not
        # keep the far ends of other workers' pipes open.
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([__name__])
        connection, far_end = context.Pipe()
        process = context.Process(
            target=serve, args=(far_end, *self._arguments), daemon=True
        )
        with far_end:
            process.start()  # fails if the server of forks has just been killed
        self._connection, self._process = connection, process
        if self._closed:  # meanwhile
            process.kill()

    def _bury(self) -> str:
        """Reason of the death, as ``kind: detail``."""
        if self._process is None:
            return "crashed: never started"
        self._connection.close()
        self._process.join()
        code, self._process = self._process.exitcode, None
        if code == -signal.SIGALRM:
            return f"hung: longer than {self._arguments[2]:g} s"
        if code < 0:
            return f"crashed: {signal.Signals(-code).name}"
        return f"crashed: exit code {code}"


def serve(connection: Connection, job: Job, parts: Parts, timeout: float) -> None:
    """Main function of the working process.

    Replies to each task with an :class:`Outcome`; before that comes the position of
    each image as it is begun.
    """
    _die_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the driver decides
    signal.signal(signal.SIGALRM, signal.SIG_DFL)  # ends the process, even inside C
    cv2.setNumThreads(1)

    def begin(position: int | None) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0 if position is None else timeout)
        connection.send(position)

    with contextlib.suppress(EOFError, BrokenPipeError, ConnectionResetError):
        try:
            find = job.detector.open()
        except (ImportError, OSError, ValueError) as error:
            connection.recv()
            connection.send(error)
            return
        while True:
            task = connection.recv()
            connection.send(_reply(task, job, parts, find, begin))


def _reply(task: _Task, job: Job, parts: Parts, find, begin: Begin) -> Outcome:
    index = task.unit.index
    try:
        if task.only is not None:
            _try_alone(task, job, find, begin)
            return Outcome(index)
        counts = prepare_unit(
            job, task.unit, find, parts, poison=task.poison, begin=begin
        )
    except (BrokenPipeError, ConnectionResetError):
        raise
    except OSError as error:
        return Outcome(index, problem=describe(error))
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    return Outcome(index, counts) if counts else Outcome(index, busy=counts is None)


def _try_alone(task: _Task, job: Job, find, begin: Begin) -> None:
    begin(0)
    for position, source in enumerate(job.source.images(task.unit)):
        if position == task.only:
            for _ in prepare_image(job, source, find):
                pass
            return
        begin(position + 1)  # each has its own time to be read


def _die_with_parent() -> None:
    """Ask Linux to end this process with its parent; elsewhere the pipe must do."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
