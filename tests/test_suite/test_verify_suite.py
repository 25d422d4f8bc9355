from shutil import rmtree

import pytest

from mcf.datasets.stores import FolderStore, pack_tar
from mcf.datasets.verify_report import render
from mcf.verify import known_sets, verify
from tests.replicas.global_tasks import (
    write_bin,
    write_images,
    write_lfw,
    write_rafdb,
    write_utkface,
)

from .sets import LABELLED, PAIRS


@pytest.mark.parametrize("name", LABELLED)
def test_sound_replicas_differ_in_counts_alone(name, replica):
    reports = verify(name, replica(name), workers=1)
    found = {report.split: report.counts[0].found for report in reports}
    assert found == LABELLED[name].counts
    assert all(not report.problems for report in reports)
    for report in reports:
        published = LABELLED[name].kind.PUBLISHED.get(report.split)
        assert report.counts[0].published == published
        assert report.good == (published is None)


@pytest.mark.parametrize("name", PAIRS)
def test_sound_pairs_differ_in_counts_alone(name, replica):
    (report,) = verify(name, replica(name), workers=1)
    assert [count.found for count in report.counts] == [20, 10, 10]
    half = PAIRS[name][0].PAIRS // 2
    assert [count.published for count in report.counts] == [2 * half, half, half]
    assert not report.problems


def test_every_set_is_known_to_the_check():
    assert LABELLED.keys() | PAIRS.keys() <= set(known_sets())


def test_sets_without_published_counts_say_so(replica):
    assert "not known" in render(verify("agedb", replica("agedb")), limit=5)


def test_each_kind_of_damage_is_found(tmp_path):
    write_rafdb(tmp_path)
    path = tmp_path / "EmoLabel/list_patition_label.txt"
    rows = ["train_00003.jpg 9", "train_00004.jpg 2", "train_00004.jpg 2"]
    path.write_text(path.read_text() + "\n".join([*rows, "test_0002.jpg 1"]))
    aligned = tmp_path / "Image/aligned"
    write_images(aligned, ["train_00003_aligned.jpg", "train_00004_aligned.jpg"])
    (aligned / "train_00001_aligned.jpg").unlink()
    cut = aligned / "train_00002_aligned.jpg"
    cut.write_bytes(cut.read_bytes()[:-30])
    same = (aligned / "test_0001_aligned.jpg").read_bytes()
    (aligned / "test_0002_aligned.jpg").write_bytes(same)
    train, test = verify("rafdb", tmp_path)
    assert train.problems == {
        "unknown labels": [
            "list_patition_label.txt:4: expression 8 is unknown; there are 0 to 6"
        ],
        "images listed twice": ["train_00004_aligned.jpg: 2 times"],
        "missing photos": ["train_00001_aligned.jpg"],
        "unreadable photos": train.problems["unreadable photos"],
    }
    assert "train_00002_aligned.jpg: damaged" in train.problems["unreadable photos"][0]
    assert not test.problems
    (twice,) = test.notes["the same photo file twice"]
    assert twice.endswith("and test/test_0002_aligned.jpg")


def test_lists_that_cannot_be_read_are_problems(tmp_path):
    train, _ = verify("rafdb", tmp_path)
    assert "Get the set from" in train.problems["lists are missing"][0]
    write_rafdb(tmp_path)
    (tmp_path / "EmoLabel/list_patition_label.txt").write_bytes(b"\xff\xfe\x00")
    train, _ = verify("rafdb", tmp_path)
    assert "no UTF-8 text" in train.problems["lists cannot be read"][0]


def test_persons_and_images_of_two_splits_are_noted(replica, tmp_path):
    _, test = verify("morph2", replica("morph2"))
    assert test.notes["subjects also in train"] == ["009055"]
    write_utkface(tmp_path)
    path = tmp_path / "utk_test.csv"
    path.write_text(path.read_text() + "7,35_1_2_20170116174525126.jpg.chip.jpg,14\n")
    train, test = verify("utkface", tmp_path)
    assert test.notes["images also in train"] == [
        "35_1_2_20170116174525126.jpg.chip.jpg"
    ]
    assert len(train.notes["names that do not tell a label"]) == 1


def test_damaged_pairs_are_found(tmp_path):
    write_lfw(tmp_path)
    path = tmp_path / "pairs.txt"
    rows = path.read_text().splitlines()
    rows[3], rows[5] = rows[1], "Zico\t3\t3"
    path.write_text("\n".join(rows))
    (tmp_path / "lfw/Zico/Zico_0012.jpg").unlink()
    (report,) = verify("lfw", tmp_path)
    assert report.problems == {
        "pairs listed twice": ["pairs.txt:4 and pairs.txt:2"],
        "paired with itself": ["pairs.txt:6: Zico/Zico_0003.jpg"],
        "missing photos": ["Zico/Zico_0012.jpg"],
    }


def test_images_may_lie_in_tars_elsewhere(tmp_path):
    write_lfw(tmp_path / "lists")
    pack_tar(FolderStore(tmp_path / "lists/lfw"), tmp_path / "shards", shard_size=5)
    rmtree(tmp_path / "lists/lfw")
    (report,) = verify("lfw", tmp_path / "lists", images=[tmp_path / "shards"])
    assert not report.problems
    for name in ("celebamask_hq_attributes", "wflw"):
        with pytest.raises(ValueError, match=f"images of {name} lie in its root"):
            verify(name, tmp_path, images=[tmp_path])


def test_folds_of_another_size_are_found(tmp_path):
    write_bin(tmp_path / "agedb_30.bin", pairs=22)
    (report,) = verify("agedb_30", tmp_path)
    assert "fold 0: 1 pairs of two" in report.problems["folds of another size"][0]
