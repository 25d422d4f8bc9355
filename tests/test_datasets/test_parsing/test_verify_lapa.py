import numpy as np

from mcf.verify import verify
from tests.test_datasets.test_parsing.parsing_files import write_photo, write_png


def by_split(root):
    return {report.split: report for report in verify("lapa", root)}


def test_sound_replica_differs_in_counts_alone(lapa):
    reports = by_split(lapa)
    assert {name: report.counts[0].found for name, report in reports.items()} == {
        "train": 2,
        "val": 2,
        "test": 2,
    }
    assert all(not report.problems and not report.notes for report in reports.values())
    assert not any(report.good for report in reports.values())


def test_every_kind_of_damage_is_found(lapa):
    train, val, test = lapa / "train", lapa / "val", lapa / "test"
    (train / "images/0_0.jpg").unlink()
    (train / "labels/1_0.png").unlink()
    (train / "landmarks/1_0.txt").unlink()
    data = (val / "images/2_0.jpg").read_bytes()
    (val / "images/2_0.jpg").write_bytes(data[: len(data) // 2])
    (val / "landmarks/2_0.txt").write_text("106\n1 2")
    write_png(val / "labels/3_0.png", np.full((12, 10), 11, np.uint8))
    write_png(test / "labels/4_0.png", np.ones((6, 5), np.uint8))
    write_png(test / "labels/5_0.png", np.zeros((12, 10), np.uint8))
    reports = by_split(lapa)
    assert set(reports["train"].problems) == {
        "missing photos",
        "missing label maps",
        "missing landmarks",
    }
    assert set(reports["val"].problems) == {
        "unreadable photos",
        "unusable label maps",
        "unusable landmarks",
    }
    assert "unknown ids 11" in reports["val"].problems["unusable label maps"][0]
    (place,) = reports["test"].problems["label maps of another size"]
    assert "4_0.png: (6, 5), the photo (12, 10)" in place
    assert list(reports["test"].notes) == ["nothing but background"]


def test_landmarks_must_be_finite(lapa):
    path = lapa / "train/landmarks/0_0.txt"
    path.write_text(path.read_text().replace("0.25", "nan"))
    assert "unusable landmarks" in by_split(lapa)["train"].problems


def test_photo_in_two_splits_is_noted(lapa):
    for name in ("train/images/0_0.jpg", "test/images/4_0.jpg"):
        write_photo(lapa / name, (12, 10), seed=99)
    (place,) = by_split(lapa)["test"].notes["the same photo file twice"]
    assert place == "train/0_0 and test/4_0"
