import numpy as np
import pytest

from mcf.datasets.parsing import compose_masks
from mcf.datasets.parsing.celebamask_hq_files import MAPPING, image_path, part_path
from mcf.verify import verify
from tests.test_datasets.test_parsing.parsing_files import (
    ORIGINALS,
    make_celebamask_hq,
    write_photo,
    write_png,
)


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    root = tmp_path_factory.mktemp("sound") / "CelebAMask-HQ"
    return make_celebamask_hq(root, photo=1024, size=512)


def by_split(root):
    return {report.split: report for report in verify("celebamask_hq", root)}


def places(report, kind):
    return (report.problems | report.notes)[kind]


def test_sound_replica_differs_in_counts_alone(sound):
    reports = by_split(sound)
    assert [report.counts[0].found for report in reports.values()] == [2, 2, 2]
    assert all(not report.problems and not report.notes for report in reports.values())


def test_other_sizes_are_found(celebamask_hq):
    report = by_split(celebamask_hq)["train"]
    assert set(report.problems) == {"photos of another size", "parts of another size"}
    assert places(report, "photos of another size")[0].endswith("0.jpg: (16, 16)")
    assert places(report, "parts of another size")[0].endswith("skin.png: (8, 8)")


def test_missing_and_unreadable_files_are_found(celebamask_hq):
    image_path(celebamask_hq, 2).unlink()
    image_path(celebamask_hq, 3).write_bytes(b"")
    part_path(celebamask_hq, 2, "skin").write_bytes(b"")
    for name in ("skin", "l_eye", "neck", "neck_l"):
        part_path(celebamask_hq, 3, name).unlink()
    report = by_split(celebamask_hq)["val"]
    assert places(report, "missing photos")[0].endswith("2.jpg")
    assert places(report, "unreadable photos")[0].endswith("3.jpg: empty: zero bytes")
    assert "00002_skin.png" in places(report, "unreadable parts")[0]
    assert "00003_<part>.png" in places(report, "faces without any part")[0]


def test_parts_without_a_pixel_are_noted(celebamask_hq):
    write_png(part_path(celebamask_hq, 4, "hair"), np.zeros((8, 8), np.uint8))
    write_png(part_path(celebamask_hq, 4, "nose"), np.zeros((8, 8), np.uint8))
    report = by_split(celebamask_hq)["test"]
    assert report.notes["parts without a pixel"] == ["4: nose, hair"]


def test_published_duplicates_and_defects_are_noted(celebamask_hq):
    rows = ["234 1 a.jpg", "235 200000 b.jpg", "404 2 c.jpg"]
    with (celebamask_hq / MAPPING).open("a") as file:
        file.write("\n".join(rows) + "\n")
    notes = by_split(celebamask_hq)["train"].notes
    assert notes["published as duplicates"] == ["234 and 235 (test)"]
    assert notes["published as defective"] == ["404: mouth and lips are not labelled"]


def test_equal_photos_are_noted(celebamask_hq):
    for image_id in (0, 4):
        write_photo(image_path(celebamask_hq, image_id), (16, 16), seed=99)
    notes = by_split(celebamask_hq)["test"].notes
    assert notes["the same photo file twice"] == ["train/0 and test/4"]


def test_composed_masks_are_checked_against_their_manifest(celebamask_hq):
    folder = compose_masks(celebamask_hq, "official", ORIGINALS).folder
    kind = "damaged composed masks"
    assert kind not in by_split(celebamask_hq)["train"].problems
    (folder / "1.png").write_bytes(b"")
    (folder / "4.png").unlink()
    reports = by_split(celebamask_hq)
    assert places(reports["train"], kind) == [str(folder / "1.png")]
    assert places(reports["test"], kind) == [str(folder / "4.png")]


def test_missing_mapping_cannot_be_checked(celebamask_hq):
    (celebamask_hq / MAPPING).unlink()
    with pytest.raises(FileNotFoundError, match="mapping"):
        verify("celebamask_hq", celebamask_hq)
