import dataclasses

import numpy as np
import pytest

pytest.importorskip("pyarrow")

from pyarrow import parquet

from mcf.datasets import open_store
from mcf.preparation.check import check_store
from mcf.preparation.store import StoreOptions, combine, read_facts
from tests.test_preparation.faces import contents, jpeg, write_photos
from tests.test_preparation.prepared import make_job, make_store

NAMES = ["a.jpg", "b.jpg", "nobody-.jpg", "two-.jpg", "z.jpg"]


def rows_of(store) -> list[dict]:
    return parquet.read_table(store / "manifest.parquet").to_pylist()


def faces_of(store) -> list[bytes]:
    opened = open_store(store)
    return [opened.read(i) for i in range(len(opened))]


@pytest.fixture
def store(tmp_path):
    return make_store(make_job(write_photos(tmp_path / "in", NAMES)), tmp_path / "s")


def test_store_opens_like_any_other_in_the_manifests_order(store):
    opened = open_store(store)
    accepted = [row for row in rows_of(store) if row["status"] == "accepted"]
    assert [row["image"] for row in accepted] == [
        "a.jpg", "b.jpg", "two-.jpg", "two-.jpg", "z.jpg"
    ]  # fmt: skip
    assert [opened.name(i) for i in range(len(opened))] == [
        row["name"] for row in accepted
    ]
    for i, row in enumerate(accepted):
        tar = (store / row["shard"]).read_bytes()
        assert tar[row["offset"] : row["offset"] + row["length"]] == opened.read(i)


def test_every_image_has_a_row(store):
    rows = rows_of(store)
    assert len(rows) == 6
    assert {row["image"] for row in rows} == set(NAMES)
    (nobody,) = [row for row in rows if row["status"] == "rejected"]
    assert (nobody["image"], nobody["reason"]) == ("nobody-.jpg", "no face")


def test_exact_duplicates_are_rejected_but_for_the_first(tmp_path):
    write_photos(tmp_path / "in", NAMES)
    (tmp_path / "in" / "y.jpg").write_bytes(jpeg(0))
    (tmp_path / "in" / "b-copy.jpg").write_bytes(jpeg(1))
    store = make_store(make_job(tmp_path / "in"), tmp_path / "s")
    rejected = {
        row["image"]: (row["reason"], row["detail"], row["shard"])
        for row in rows_of(store)
        if row["reason"] == "duplicate"
    }
    # b-copy.jpg comes before b.jpg and is the one that stays.
    assert rejected == {
        "b.jpg": ("duplicate", "like face 1", None),
        "y.jpg": ("duplicate", "like face 0", None),
    }
    assert len(open_store(store)) == 5
    assert check_store(store) == (5, [])


def test_near_duplicates_are_rejected_if_asked_for(tmp_path):
    import cv2

    write_photos(tmp_path / "in", ["a.jpg", "b.jpg"])
    pixels = cv2.imdecode(np.frombuffer(jpeg(0), np.uint8), cv2.IMREAD_COLOR)
    cv2.imwrite(str(tmp_path / "in" / "c.jpg"), pixels, [cv2.IMWRITE_JPEG_QUALITY, 80])
    job = make_job(tmp_path / "in")
    exact, near = (
        make_store(job, tmp_path / "s"),
        make_store(job, tmp_path / "n", near=3),
    )
    assert (len(open_store(exact)), len(open_store(near))) == (3, 2)
    assert [row["reason"] for row in rows_of(near)] == ["", "", "duplicate"]


def test_resharding_keeps_faces_and_rows(store, tmp_path):
    again = tmp_path / "again"
    combine([store], again, StoreOptions(shard_size=2))
    assert sorted(path.name for path in again.glob("*.tar")) == [
        "faces-00000.tar", "faces-00001.tar", "faces-00002.tar"
    ]  # fmt: skip
    assert faces_of(again) == faces_of(store)
    before, after = (
        [(row["image"], row["face"], row["checksum"]) for row in rows_of(each)]
        for each in (store, again)
    )
    assert after == before
    assert check_store(again) == (5, [])


def test_merging_keeps_each_face_once(store, tmp_path):
    write_photos(tmp_path / "more", [*NAMES, "later.jpg", "x.jpg"])
    other = make_store(make_job(tmp_path / "more"), tmp_path / "o")
    assert combine([store, other], tmp_path / "both", StoreOptions()) == 7
    rows = rows_of(tmp_path / "both")
    keys = [(row["unit"], row["position"], row["face"]) for row in rows]
    assert keys == sorted(set(keys))
    assert set(faces_of(tmp_path / "both")) == {*faces_of(store), *faces_of(other)}
    assert check_store(tmp_path / "both") == (7, [])
    assert len(read_facts(tmp_path / "both")["jobs"]) == 2


def test_stores_with_columns_of_their_own_merge(tmp_path):
    job = make_job(write_photos(tmp_path / "in", ["a.jpg", "b.jpg"]))
    stores = [
        make_store(dataclasses.replace(job, columns=columns), tmp_path / columns[0])
        for columns in (("LICENSE", "both"), ("NSFW", "both"))
    ]
    assert combine(stores, tmp_path / "all", StoreOptions()) == 2
    rows = rows_of(tmp_path / "all")
    assert [row["reason"] for row in rows] == ["", "", "duplicate", "duplicate"]
    assert [*rows[0]][-3:] == ["source_LICENSE", "source_both", "source_NSFW"]
    assert check_store(tmp_path / "all") == (2, [])


def test_kill_can_leave_one_place_behind_and_no_half_store(tmp_path, monkeypatch):
    job = make_job(write_photos(tmp_path / "in", ["a.jpg"]))
    store, beside = make_store(job, tmp_path / "s"), []
    before = contents(store)
    parts = tmp_path / "s-parts"

    def look(faces, index):
        beside.extend(path.name for path in tmp_path.iterdir())
        assert contents(store) == before
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("mcf.preparation.store._Faces.read", look)
        make_store(job, store, shard_size=7)
    assert sorted(beside) == [".s.new", "in", "s", parts.name]
    (tmp_path / ".s.new" / "new").mkdir(parents=True)
    make_store(job, store, shard_size=7)
    assert check_store(store) == (1, [])
    assert not (tmp_path / ".s.new").exists()


def test_export_holds_what_meets_the_condition(store, tmp_path):
    where = "face == 0 and image != 'b.jpg'"
    assert combine([store], tmp_path / "e", StoreOptions(where=where)) == 3
    assert [row["image"] for row in rows_of(tmp_path / "e")] == [
        "a.jpg", "two-.jpg", "z.jpg"
    ]  # fmt: skip
    assert check_store(tmp_path / "e") == (3, [])


def test_export_of_nothing_is_a_store_without_faces(store, tmp_path):
    assert combine([store], tmp_path / "e", StoreOptions(where="size > 1e6")) == 0
    assert check_store(tmp_path / "e") == (0, [])


def test_equal_inputs_give_equal_bytes(store, tmp_path):
    combine([store], tmp_path / "1", StoreOptions(shard_size=3))
    combine([store], tmp_path / "2", StoreOptions(shard_size=3))
    assert contents(tmp_path / "1") == contents(tmp_path / "2")


def test_stores_of_different_recipes_do_not_merge(store, tmp_path):
    other = make_store(make_job(tmp_path / "in", size=48), tmp_path / "o")
    with pytest.raises(ValueError, match="different recipes"):
        combine([store, other], tmp_path / "both", StoreOptions())
    with pytest.raises(ValueError, match="exists; remove it"):
        combine([store], other, StoreOptions())
    with pytest.raises(FileNotFoundError, match=r"no store\.json"):
        combine([tmp_path / "in"], tmp_path / "x", StoreOptions())


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"shard_size": 0}, "shard_size is 0; a shard needs 1 face"),
        ({"near": 9}, "near is 9; give 0 to 3 bits"),
        ({"near": -1}, "near is -1; give 0 to 3 bits"),
    ],
)
def test_impossible_options_are_refused(options, said):
    with pytest.raises(ValueError, match=said):
        StoreOptions(**options)
