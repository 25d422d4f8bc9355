"""A source prepared into a face store, from wherever an earlier run was ended."""

import json
import os
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from logging import WARNING
from pathlib import Path

from mmengine.logging import print_log
from rich.console import Console

from mcf.datasets.stores.metainfo import FACTS
from mcf.preparation.job import Job, record_job
from mcf.preparation.pools import run_locally, run_on_ray
from mcf.preparation.progress import watch
from mcf.preparation.store import (
    Input,
    StoreOptions,
    read_facts,
    write_store,
)
from mcf.preparation.unit import Parts, count_rows
from mcf.preparation.unit_of_work import Unit
from mcf.utils.lock import locked

LONGEST = 86_400
"""Seconds that an image may be given at most, a day."""


@dataclass(frozen=True)
class Workforce:
    """Who does the work; never changes the result.

    Attributes:
        workers: Processes, 1 or more; None is one a core.
        timeout: Seconds that an image may take before it is given up, above 0.
        ray: Address of a Ray cluster, ``local`` to start one here, or None for
            processes of this machine without Ray.
    """

    workers: int | None = None
    timeout: float = 60
    ray: str | None = None

    def __post_init__(self) -> None:
        if self.workers is not None and self.workers < 1:
            raise ValueError(
                f"workers is {self.workers}; give 1 or more, or none for one a core"
            )
        if not 0 < self.timeout <= LONGEST:
            raise ValueError(
                f"timeout is {self.timeout:g}; give the seconds an image may take, "
                f"above 0 and at most {LONGEST:,}"
            )


@dataclass
class Report:
    """What came out.

    Attributes:
        faces: Faces in the store.
        counts: Rows of the parts by reason ('' is accepted) and ``images``.
        failures: Units that could not be prepared, and why; the next run tries again.
    """

    faces: int = 0
    counts: Counter = field(default_factory=Counter)
    failures: dict[str, str] = field(default_factory=dict)


class StoreNotWrittenError(OSError):
    """Units were prepared, but the store cannot be written.

    Args:
        error: What happened.
        report: What came out before; it names the units that failed, too.
    """

    def __init__(self, error: OSError, report: Report) -> None:
        super().__init__(error.errno, error.strerror or str(error), error.filename)
        self.report = report


def prepare(
    job: Job,
    folder: str | Path,
    *,
    options: StoreOptions | None = None,
    workforce: Workforce | None = None,
) -> Report:
    """Prepare a source; the store is ``folder/faces``.

    May be ended at any moment and called again with the same job: finished units stay.
    Several machines that see the folder may call it at once. The store's bytes depend
    on source, job and options alone.

    Args:
        job: What to do.
        folder: Results, and below ``work`` what is unfinished.
        options: How the store is written.
        workforce: Who works.

    Raises:
        ValueError: If the folder was begun with another job.
        RuntimeError: If the workers cannot start, or the store that is there would
            lose units that could not be prepared this time.
        StoreNotWrittenError: If the disk does not take the store; what was there stays.
        KeyboardInterrupt: After Ctrl-C, saying how far it is.
    """
    folder, options = Path(folder), options or StoreOptions()
    total = len(job.source)
    lock = folder / "work" / ".lock"
    with locked(lock):
        record_job(job, folder / "work" / "job.json")
    parts = Parts(folder / "work" / "parts")
    report = Report()
    pending = [index for index in range(total) if not parts.rows(index).exists()]
    outcomes = _run(job, parts, pending, workforce or Workforce())
    done = total - len(pending)
    try:
        for outcome in watch(
            outcomes, total=total, done=done, console=Console(file=sys.stderr)
        ):
            if outcome.problem:
                name = job.source.unit(outcome.unit).name
                report.failures[name] = outcome.problem
                message = f"{name} could not be prepared: {outcome.problem}"
                print_log(message, logger="current", level=WARNING)
        with locked(lock):  # before looking: whoever looks last must write last
            finished = [index for index in range(total) if parts.rows(index).exists()]
            for index in finished:
                report.counts += count_rows(parts.rows(index))
            report.faces = _store(job, parts, finished, folder / "faces", options)
    except OSError as error:
        raise StoreNotWrittenError(error, report) from error
    except KeyboardInterrupt:
        done = sum(parts.rows(index).exists() for index in range(total))
        raise KeyboardInterrupt(
            f"stopped; {done} of {total} units are prepared in {parts.folder}, and the "
            "same command continues"
        ) from None
    return report


def _run(job: Job, parts: Parts, pending: list[int], workforce: Workforce) -> Iterator:
    if not pending:
        return iter(())
    units: Iterator[Unit] = map(job.source.unit, pending)
    if workforce.ray is None:
        cores = _cores() if workforce.workers is None else workforce.workers
        workers = min(cores, len(pending))
        return run_locally(
            job, parts.folder, units, workers=workers, timeout=workforce.timeout
        )
    return run_on_ray(
        job,
        parts.folder,
        units,
        workers=workforce.workers,
        timeout=workforce.timeout,
        address=None if workforce.ray == "local" else workforce.ray,
    )


def _cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0))


def _store(
    job: Job, parts: Parts, finished: list[int], store: Path, options: StoreOptions
) -> int:
    """Number of faces in the store of the finished units, written if missing."""
    facts = {
        "crop": job.recipe.to_dict(),
        "jobs": [job.to_dict()],
        "options": asdict(options),
        "units": finished,
    }
    faces = _faces_if_written(store, facts)
    if faces is None:
        _keep_what_is_there(job, store, finished)
        inputs = [Input(parts.rows(index)) for index in finished]
        faces = write_store(inputs, store, facts, options)
    return faces


def _keep_what_is_there(job: Job, store: Path, finished: list[int]) -> None:
    """Refuse to replace a store by one without units that it holds.

    A store that does not tell its units may hold them all.
    """
    missing = set(range(len(job.source))).difference(finished)
    if not missing or not (store / FACTS).is_file():
        return
    lost = sorted(missing.intersection(read_facts(store).get("units", missing)))
    if lost:
        raise RuntimeError(
            f"{str(store)!r} is left as it is: it holds {len(lost)} units that could "
            f"not be prepared now, first {job.source.unit(lost[0]).name!r}; mend what "
            "failed and run again, or move the store away"
        )


def _faces_if_written(store: Path, facts: dict) -> int | None:
    """Number of faces if exactly this store is there already."""
    if not (store / FACTS).is_file():
        return None
    there = read_facts(store)
    same = json.loads(json.dumps(facts))
    return there["faces"] if there == same | {"faces": there["faces"]} else None
