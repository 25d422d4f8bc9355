import os
import signal
import threading
import time

import pytest

pytest.importorskip("pyarrow")

from mcf.crops.recipes import get_recipe
from mcf.preparation import worker as worker_module
from mcf.preparation.job import Job
from mcf.preparation.manifest import read_batches
from mcf.preparation.sources import open_source
from mcf.preparation.worker import Worker
from tests.test_preparation.faces import (
    CentreDetector,
    FatalOnceDetector,
    SlowFolder,
    write_photos,
)


@pytest.fixture
def start(tmp_path):
    """Starts a worker on photos of these names; gives it and the unit."""
    workers = []

    def start(names, *, timeout=30.0, detector=CentreDetector()):  # noqa: B008
        folder = write_photos(tmp_path / "in", names)
        job = Job(open_source(str(folder)), detector, get_recipe("square", size=32))
        worker = Worker(job, tmp_path / "out", timeout=timeout)
        workers.append(worker)
        return worker, job.source.unit(0)

    yield start
    for worker in workers:
        worker.close()


def reasons(folder) -> dict[str, str]:
    rows = [row for table in read_batches(folder) for row in table.to_pylist()]
    return {row["image"]: f"{row['reason']}: {row['detail']}" for row in rows}


def test_fatal_images_are_quarantined_and_the_rest_is_prepared(start, tmp_path):
    names = ["a.jpg", "hang-.jpg", "memory-.jpg", "segfault-.jpg", "z.jpg"]
    worker, unit = start(names, timeout=1)
    outcome = worker.run(unit)
    assert outcome.counts == {"": 2, "crashed": 2, "hung": 1, "images": 5}
    assert reasons(tmp_path / "out" / "000000.parquet") == {
        "a.jpg": ": ",
        "hang-.jpg": "hung: longer than 1 s",
        "memory-.jpg": "crashed: exit code 1",
        "segfault-.jpg": "crashed: SIGSEGV",
        "z.jpg": ": ",
    }


def test_more_fatal_images_than_restarts_do_not_cost_the_unit(start, monkeypatch):
    monkeypatch.setattr("mcf.preparation.worker.MAX_RESTARTS", 2)
    worker, unit = start(["a.jpg", *(f"segfault-{i}.jpg" for i in range(3))])
    assert worker.run(unit).counts == {"": 1, "crashed": 3, "images": 4}


def test_unit_whose_process_dies_without_a_culprit_is_given_up(start, monkeypatch):
    worker, unit = start(["a.jpg"])
    dead = worker_module._Death(None, "crashed: SIGKILL")
    monkeypatch.setattr(worker, "_attempt", lambda task: dead)
    assert worker.run(unit).problem == "its process died 20 times"


def test_killed_process_costs_no_image(start, tmp_path):
    names = [f"{i}.jpg" for i in range(10)]
    worker, unit = start(names, detector=CentreDetector(delay=0.15))
    outcomes = []
    thread = threading.Thread(target=lambda: outcomes.append(worker.run(unit)))
    thread.start()
    for _ in range(2):
        while worker._process is None or worker._process.pid is None:
            time.sleep(0.01)
        time.sleep(0.7)
        os.kill(worker._process.pid, signal.SIGKILL)
    thread.join()
    assert outcomes[0].counts == {"": 10, "images": 10}


def test_time_of_the_images_before_is_not_taken_from_one_tried_alone(tmp_path):
    names = [*(f"{name}.jpg" for name in "abcd"), "once.jpg"]
    folder = write_photos(tmp_path / "in", names)
    detector = FatalOnceDetector(mark=str(tmp_path / "mark"))
    job = Job(SlowFolder(str(folder)), detector, get_recipe("square", size=32))
    worker = Worker(job, tmp_path / "out", timeout=1.8)
    try:
        assert worker.run(job.source.unit(0)).counts == {"": 5, "images": 5}
    finally:
        worker.close()
    assert (tmp_path / "mark").exists()


def test_unreadable_unit_is_an_outcome(start, tmp_path):
    worker, unit = start(["a.jpg"])
    (tmp_path / "out").write_text("a file where the folder should be")
    assert worker.run(unit).problem == f"{tmp_path / 'out'}: File exists"


def test_detector_that_cannot_open_ends_the_run(start):
    from mcf.detection import BoxesFromFile

    worker, unit = start(["a.jpg"], detector=BoxesFromFile("nowhere"))
    with pytest.raises(RuntimeError, match="cannot start: no index of boxes"):
        worker.run(unit)
