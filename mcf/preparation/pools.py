"""Many workers: on this machine, or on a Ray cluster."""

import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from mcf.preparation.job import Job
from mcf.preparation.unit_of_work import Unit
from mcf.preparation.worker import Outcome, Worker
from mcf.utils.ray_cluster import ray_cluster

BUSY_WAIT = 1.0
"""Seconds after which a unit that another process holds is tried again."""


def run_locally(
    job: Job, folder: Path, units: Iterable[Unit], *, workers: int, timeout: float
) -> Iterator[Outcome]:
    """Outcomes of units as they come, from processes on this machine.

    Units are drawn from the iterable as workers become free.

    Args:
        job: What to do.
        folder: Where the results of units go.
        units: What to prepare.
        workers: Number of processes.
        timeout: Seconds that an image may take.

    Raises:
        RuntimeError: If a worker cannot start.
    """
    todo, lock = iter(units), threading.Lock()
    done: queue.SimpleQueue = queue.SimpleQueue()
    stopping = threading.Event()
    team = [Worker(job, folder, timeout=timeout) for _ in range(workers)]

    def work(worker: Worker) -> None:
        try:
            while not stopping.is_set():
                with lock:
                    unit = next(todo, None)
                if unit is None:
                    break
                done.put(_until_free(worker.run, unit))
            done.put(None)
        except BaseException as error:
            done.put(error)

    threads = [threading.Thread(target=work, args=(one,), daemon=True) for one in team]
    try:
        for thread in threads:
            thread.start()
        finished = 0
        while finished < workers:
            outcome = done.get()
            if isinstance(outcome, BaseException):
                raise outcome
            if outcome is None:
                finished += 1
            else:
                yield outcome
    finally:
        stopping.set()
        for worker in team:
            worker.close()
        for thread in threads:
            thread.join()


def run_on_ray(
    job: Job,
    folder: Path,
    units: Iterable[Unit],
    *,
    workers: int | None,
    timeout: float,
    address: str | None = None,
) -> Iterator[Outcome]:
    """Outcomes of units as they come, from a Ray cluster.

    Args:
        job: What to do; all machines must see its source.
        folder: Where the results of units go; all machines must see it.
        units: What to prepare.
        workers: Number of workers; None is one a core of the cluster. Those that find
            no free core begin when others have nothing left to do.
        timeout: Seconds that an image may take.
        address: Of a running cluster; None starts one on this machine, for this run.

    Raises:
        ImportError: If Ray is missing.
        ValueError: If there is no cluster at the address.
    """
    with ray_cluster(address, cpus=workers) as ray:
        workers = workers or int(ray.cluster_resources()["CPU"])
        remote = ray.remote(num_cpus=1, max_restarts=-1, max_task_retries=-1)(Worker)
        free = [remote.remote(job, folder, timeout=timeout) for _ in range(workers)]
        todo, running = iter(units), {}
        while True:
            while free and (unit := next(todo, None)) is not None:
                actor = free.pop()
                running[actor.run.remote(unit)] = actor, unit
            while free:  # no unit is left: a worker that has no core yet may need it
                ray.kill(free.pop())
            if not running:
                return
            (ready, *_), _ = ray.wait(list(running), num_returns=1)
            actor, unit = running.pop(ready)
            outcome = ray.get(ready)
            if outcome.busy:
                time.sleep(BUSY_WAIT)
                running[actor.run.remote(unit)] = actor, unit
            else:
                free.append(actor)
                yield outcome


def _until_free(run: Callable[[Unit], Outcome], unit: Unit) -> Outcome:
    """The outcome once no other process holds the unit."""
    while (outcome := run(unit)).busy:
        time.sleep(BUSY_WAIT)
    return outcome
