import dataclasses
import fcntl
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytest.importorskip("pyarrow")

from mcf.preparation.check import check_store
from mcf.preparation.job import record_job
from mcf.preparation.prepare import Workforce, prepare
from mcf.preparation.store import StoreOptions, write_store
from tests.fresh_python import ROOT
from tests.test_preparation.faces import (
    FullDiskDetector,
    contents,
    jpeg,
    write_photos,
    write_tar,
)
from tests.test_preparation.prepared import make_job

ONE = Workforce(workers=1, timeout=30)
SCRIPT = """
import sys
import mcf
from mcf.preparation.prepare import Workforce, prepare
from tests.test_preparation.prepared import make_job
if __name__ == "__main__":
    job = make_job(sys.argv[1], unit_size=5, delay=0.02)
    prepare(job, sys.argv[2], workforce=Workforce(workers=2, timeout=30))
"""


def write_source(folder: Path, count: int) -> Path:
    """Photos, some with two faces or none, with duplicates and a broken one."""
    kinds = ("one", "two", "nobody")
    names = [f"{kinds[i % 7 % 3]}-{i:03d}.jpg" for i in range(count)]
    write_photos(folder, names)
    for i in range(0, count, 9):
        (folder / f"one-{i:03d}-copy.jpg").write_bytes(jpeg(i))
    (folder / "damaged.jpg").write_bytes(jpeg(0)[:-200])
    return folder


def descendants(pid: int) -> list[int]:
    """Processes below one, from /proc."""
    found = []
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = [int(child) for child in path.read_text().split()]
        except OSError:
            continue
        found += [*children, *(x for child in children for x in descendants(child))]
    return found


def start(source: Path, out: Path) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", SCRIPT, str(source), str(out)],
        env={**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
        stderr=subprocess.DEVNULL,
    )


def wait_for_units(driver: subprocess.Popen, out: Path, count: float) -> list[int]:
    """Processes of a run once it has finished so many units; none if it ended."""
    while driver.poll() is None:
        if len([*(out / "work/parts").glob("[0-9]*.parquet")]) >= count:
            return descendants(driver.pid)
        time.sleep(0.01)
    return []


def run_with_kills(source: Path, out: Path, victims: list[str], units: int) -> None:
    """Prepare while the driver or one of its processes is killed, again and again.

    Kills come at random moments, spread over the whole run.

    Args:
        source: What to prepare.
        out: Where to.
        victims: ``driver`` or ``worker`` for each kill.
        units: Of the source.
    """
    generator, kills = random.Random(0), 0
    while True:
        driver = start(source, out)
        while kills < len(victims):
            below = wait_for_units(driver, out, units * kills / (len(victims) + 1))
            if not below and driver.poll() is None:  # it has not started them yet
                continue
            time.sleep(generator.uniform(0, 0.3))
            driven = victims[kills] == "driver"
            victim = driver.pid if driven else generator.choice(below)
            try:
                os.kill(victim, signal.SIGKILL)
            except ProcessLookupError:  # ended by itself
                continue
            kills += 1
            if driven:
                break
        if driver.wait(timeout=300) == 0:
            assert kills == len(victims), "the run ended too early; give it more work"
            return
        assert driver.returncode == -signal.SIGKILL


def check_kills(folder: Path, victims: list[str], *, photos: int) -> None:
    """A run with kills gives the bytes of a run without."""
    source = write_source(folder / "in", photos)
    job = make_job(source, unit_size=5, delay=0.02)
    prepare(job, folder / "whole", workforce=Workforce(2, 30))
    run_with_kills(source, folder / "killed", victims, len(job.source))
    assert contents(folder / "killed/faces") == contents(folder / "whole/faces")
    assert check_store(folder / "killed/faces")[1] == []


def test_kills_of_worker_and_driver_change_nothing(tmp_path):
    check_kills(tmp_path, ["worker", "driver"], photos=40)


@pytest.mark.slow
def test_twenty_kills_change_nothing(tmp_path):
    victims = random.Random(1).choices(["driver", "worker"], [1, 2], k=20)
    check_kills(tmp_path, victims, photos=600)


def test_result_does_not_depend_on_the_number_of_workers(tmp_path):
    source = write_source(tmp_path / "in", 30)
    for workers in (1, 3):
        report = prepare(
            make_job(source), tmp_path / f"{workers}", workforce=Workforce(workers)
        )
    assert contents(tmp_path / "1/faces") == contents(tmp_path / "3/faces")
    assert report.counts["damaged"] == 1
    assert check_store(tmp_path / "3/faces") == (report.faces, [])


@pytest.mark.slow
def test_ray_gives_the_same_bytes(tmp_path):
    pytest.importorskip("ray")
    source = write_source(tmp_path / "in", 20)
    for ray in (None, "local"):
        prepare(make_job(source), tmp_path / f"{ray}", workforce=Workforce(2, 30, ray))
    assert contents(tmp_path / "local/faces") == contents(tmp_path / "None/faces")


def test_finished_run_is_not_done_again(tmp_path):
    source = write_source(tmp_path / "in", 6)
    first = prepare(make_job(source), tmp_path / "out", workforce=ONE)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("out/**/*.*")}
    assert prepare(make_job(source), tmp_path / "out", workforce=ONE) == first
    after = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("out/**/*.*")}
    assert after == before


def test_drivers_on_one_folder_write_one_whole_store(tmp_path):
    source = write_source(tmp_path / "in", 20)
    job = make_job(source, unit_size=5, delay=0.02)
    prepare(job, tmp_path / "alone", workforce=ONE)
    drivers = [start(source, tmp_path / "both") for _ in range(2)]
    assert [driver.wait(timeout=120) for driver in drivers] == [0, 0]
    assert contents(tmp_path / "both/faces") == contents(tmp_path / "alone/faces")
    assert {path.name for path in (tmp_path / "both").iterdir()} == {"faces", "work"}


def test_folder_is_locked_while_settings_and_store_are_written(tmp_path, monkeypatch):
    seen = []

    def watched(function):
        def call(*arguments):
            with (tmp_path / "out" / "work" / ".lock").open("ab") as file:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    seen.append(function.__name__)
            return function(*arguments)

        return call

    for function in (record_job, write_store):
        name = f"mcf.preparation.prepare.{function.__name__}"
        monkeypatch.setattr(name, watched(function))
    prepare(make_job(write_source(tmp_path / "in", 3)), tmp_path / "out", workforce=ONE)
    assert seen == ["record_job", "write_store"]


def test_store_is_written_anew_for_other_options(tmp_path):
    source = write_source(tmp_path / "in", 6)
    prepare(make_job(source), tmp_path / "out", workforce=ONE)
    prepare(make_job(source), tmp_path / "out", options=StoreOptions(2), workforce=ONE)
    assert len(list((tmp_path / "out/faces").glob("*.tar"))) > 2


def test_unit_that_finds_no_space_is_reported_and_the_rest_is_prepared(tmp_path):
    for name, count in ("a", 1), ("b", 30), ("c", 1):
        members = [(f"{i}.jpg", jpeg(ord(name) + i)) for i in range(count)]
        write_tar(tmp_path / "in" / f"{name}.tar", members)
    job = make_job(tmp_path / "in")
    tight = dataclasses.replace(job, detector=FullDiskDetector())
    report = prepare(tight, tmp_path / "out", workforce=ONE)
    assert list(report.failures) == ["b.tar"]
    assert "000001.tar: File too large; raise the limit" in report.failures["b.tar"]
    assert report.faces == 2
    assert [x for x in contents(tmp_path / "out/work") if "tmp" in x] == []
    assert check_store(tmp_path / "out/faces") == (2, [])


@pytest.fixture
def store_without_parts(tmp_path):
    """Job of three shards, one of them unreadable now, and its whole store."""
    for name in ("a", "b", "c"):
        write_tar(tmp_path / "in" / f"{name}.tar", [("1.jpg", jpeg(ord(name)))])
    job = make_job(tmp_path / "in")
    assert prepare(job, tmp_path / "out", workforce=ONE).faces == 3
    shutil.rmtree(tmp_path / "out" / "work")
    (tmp_path / "in/b.tar").unlink()
    (tmp_path / "in/b.tar").mkdir()
    return make_job(tmp_path / "in"), tmp_path / "out"


def test_store_is_not_replaced_by_one_without_its_units(store_without_parts):
    job, out = store_without_parts
    before = contents(out / "faces")
    with pytest.raises(RuntimeError, match=r"holds 1 units .*first 'b\.tar'; mend"):
        prepare(job, out, workforce=ONE)
    assert contents(out / "faces") == before
    (out / "faces").rename(out / "away")
    report = prepare(job, out, workforce=ONE)
    problem = f"{out.parent / 'in' / 'b.tar'}: Is a directory"
    assert (report.faces, report.failures) == (2, {"b.tar": problem})


def test_store_of_untold_units_is_replaced_by_a_whole_one_only(store_without_parts):
    job, out = store_without_parts
    facts = json.loads((out / "faces" / "store.json").read_text())
    del facts["units"]
    (out / "faces" / "store.json").write_text(json.dumps(facts))
    with pytest.raises(RuntimeError, match="is left as it is"):
        prepare(job, out, workforce=ONE)
    shutil.rmtree(out / "work")
    (out.parent / "in/b.tar").rmdir()
    write_tar(out.parent / "in/b.tar", [("1.jpg", jpeg(9)), ("2.jpg", jpeg(10))])
    assert prepare(make_job(out.parent / "in"), out, workforce=ONE).faces == 4


@pytest.mark.parametrize("workers", [0, -1])
def test_fewer_workers_than_one_are_refused(workers):
    with pytest.raises(ValueError, match=rf"workers is {workers}; give 1 or more"):
        Workforce(workers)


@pytest.mark.parametrize("timeout", [0, -1, float("nan"), float("inf")])
def test_impossible_timeouts_are_refused(timeout):
    with pytest.raises(ValueError, match=r"timeout is .*; give the seconds"):
        Workforce(timeout=timeout)


def test_unit_that_cannot_be_read_is_reported_and_tried_again(tmp_path):
    for name in ("a", "b", "c"):
        write_tar(tmp_path / "in" / f"{name}.tar", [("1.jpg", jpeg(ord(name)))])
    content = (tmp_path / "in/b.tar").read_bytes()
    (tmp_path / "in/b.tar").unlink()
    (tmp_path / "in/b.tar").mkdir()  # root may read any file, but no folder as one
    size = (tmp_path / "in/b.tar").stat().st_size
    job = make_job(tmp_path / "in")
    report = prepare(job, tmp_path / "out", workforce=ONE)
    problem = f"{tmp_path / 'in' / 'b.tar'}: Is a directory"
    assert report.failures == {"b.tar": problem}
    assert report.faces == 2
    (tmp_path / "in/b.tar").rmdir()
    (tmp_path / "in/b.tar").write_bytes(content)
    # A shard that was unreadable and is another file now is another source.
    assert size != len(content)
    with pytest.raises(ValueError, match="fingerprint"):
        prepare(make_job(tmp_path / "in"), tmp_path / "out", workforce=ONE)
    shutil.rmtree(tmp_path / "out" / "work" / "parts")
    (tmp_path / "out" / "work" / "job.json").unlink()
    report = prepare(make_job(tmp_path / "in"), tmp_path / "out", workforce=ONE)
    assert (report.faces, report.failures) == (3, {})
