import json
import resource
from pathlib import Path

import pytest

pytest.importorskip("pyarrow")

from pyarrow import parquet

from mcf.preparation.check import check_store
from tests.test_preparation.faces import write_photos
from tests.test_preparation.prepared import make_job, make_store


@pytest.fixture
def store(tmp_path):
    write_photos(tmp_path / "in", [f"{i}.jpg" for i in range(5)])
    return make_store(make_job(tmp_path / "in"), tmp_path / "store", shard_size=2)


def test_sound_store_has_no_problem(store):
    assert check_store(store) == (5, [])


def test_changed_byte_is_found(store):
    row = parquet.read_table(store / "manifest.parquet").to_pylist()[3]
    with (store / row["shard"]).open("r+b") as file:
        file.seek(row["offset"] + 200)
        file.write(b"\x00\x01")
    assert check_store(store)[1] == ["000000003.jpg: other bytes than were prepared"]


def test_missing_shard_is_found(store):
    (store / "faces-00001.tar").unlink()
    _, problems = check_store(store)
    assert problems[:2] == [
        "000000002.jpg: no shard 'faces-00001.tar'",
        "000000003.jpg: no shard 'faces-00001.tar'",
    ]
    assert "the manifest has ('faces-00001.tar', '000000002.jpg'" in problems[2]


def test_truncated_shard_is_found(store):
    last = store / "faces-00002.tar"
    last.write_bytes(last.read_bytes()[:600])
    problems = "\n".join(check_store(store)[1])
    assert "ends before byte" in problems
    assert "not a whole tar" in problems or "is damaged" in problems


@pytest.mark.parametrize(("keep", "said"), [(4, "ends before it"), (5, "repeated")])
def test_lost_and_repeated_rows_are_found(store, keep, said):
    table = parquet.read_table(store / "manifest.parquet")
    rows = list(range(4)) + [3] * (keep - 4)
    parquet.write_table(table.take(rows), store / "manifest.parquet")
    assert said in "\n".join(check_store(store)[1])


def test_more_shards_than_files_may_be_open_are_checked(tmp_path):
    write_photos(tmp_path / "in", [f"{i}.jpg" for i in range(70)])
    store = make_store(make_job(tmp_path / "in"), tmp_path / "store", shard_size=1)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    allowed = len(list(Path("/proc/self/fd").iterdir())) + 45  # 32 threads and a few
    resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    try:
        assert check_store(store) == (70, [])
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_wrong_facts_are_found(store):
    facts = json.loads((store / "store.json").read_text())
    facts["faces"] = 6
    (store / "store.json").write_text(json.dumps(facts))
    assert check_store(store) == (5, ["store.json tells of 6 faces, not 5"])
