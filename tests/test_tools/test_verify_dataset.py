from functools import partial
from shutil import rmtree

import numpy as np
import pytest
from scipy.io import loadmat, savemat

from mcf.datasets.landmarks import FaceAnnotation
from mcf.datasets.landmarks.verify_landmarks import check_extent
from mcf.datasets.verify_report import Count, SplitReport, render
from mcf.utils.command import run_command
from mcf.verify import known_sets, verify
from tests.replicas import (
    write_aflw19,
    write_cofw29,
    write_ibug300w,
    write_lapa106,
    write_wflw98,
)
from tests.replicas.ibug300w import write_pts
from tests.tools import load_tool


@pytest.fixture(scope="module")
def main():
    return partial(run_command, load_tool("verify_dataset").main)


def test_complete_download_passes(main, tmp_path, capsys):
    write_aflw19(tmp_path)
    assert main(["aflw19", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert "No problem found." in out
    assert "test      frontal          1,314          1,314\n" in out
    assert "PROBLEM" not in out


def test_wrong_counts_fail(main, tmp_path, capsys):
    write_ibug300w(tmp_path)
    assert main(["300w", str(tmp_path)]) == 1
    out = capsys.readouterr().out
    assert "challenge            1            135  <- differs" in out
    assert "Problems in train, test, private." in out


@pytest.mark.parametrize(
    ("name", "write", "faces"),
    [
        ("lapa106", write_lapa106, {"train": 4, "val": 1, "test": 2}),
        ("wflw", write_wflw98, {"train": 3, "test": 3}),
        ("300w", write_ibug300w, {"train": 4, "test": 4, "private": 2}),
    ],
)
def test_sound_replicas_differ_in_counts_alone(tmp_path, name, write, faces):
    write(tmp_path)
    reports = verify(name, tmp_path)
    assert {report.split: report.counts[0].found for report in reports} == faces
    assert all(not report.problems for report in reports)


def test_pictures_inside_a_mat_are_checked(tmp_path):
    h5py = pytest.importorskip("h5py")
    write_cofw29(tmp_path)
    with h5py.File(tmp_path / "COFW_test_color.mat", "a") as file:
        file["IsT"][0, 1] = h5py.Reference()
    train, test = verify("cofw", tmp_path)
    assert not train.problems
    assert "COFW_test_color.mat#1" in test.problems["unreadable images"][0]


def test_each_kind_of_damage_is_found(main, tmp_path, capsys):
    truth = write_ibug300w(tmp_path)
    (tmp_path / "afw/134212_1.jpg").unlink()
    picture = tmp_path / "afw/134212_2.jpg"
    picture.write_bytes(picture.read_bytes()[:-40])
    points = truth["helen/trainset/100032540_1.jpg"] + 1
    points[5] = np.nan
    write_pts(tmp_path / "helen/trainset/100032540_1.pts", points)
    points = truth["lfpw/trainset/image_0001.png"] + 1
    points[[8, 9], 1] = [900, 950]
    write_pts(tmp_path / "lfpw/trainset/image_0001.pts", points)
    (tmp_path / "Test/01_Indoor/indoor_001.pts").write_text("nothing")
    points = truth["ibug/image_092 _01.jpg"] + 1
    points[8, 1] = 50
    write_pts(tmp_path / "ibug/image_092 _01.pts", points)
    assert main(["300w", str(tmp_path)]) == 1
    out = capsys.readouterr().out
    assert "missing images (1)\n    afw/134212_1.jpg" in out
    assert "unreadable images (1)\n    afw/134212_2.jpg: damaged" in out
    assert "100032540_1.pts: points [5] are not finite numbers" in out
    # The last row is 47 and the picture ends at 47.5; row 950 in the file is 949.
    assert "image_0001.pts: 2 points, at most 901.5 pixels" in out
    assert "test: note: points outside the image (1)" in out
    assert "image_092 _01.pts: 1 points, at most 1.5 pixels" in out
    assert "private: PROBLEM: annotations cannot be read (1)" in out


def test_faces_listed_twice_and_boxes_without_size_are_found(tmp_path):
    write_wflw98(tmp_path)
    path = next((tmp_path / "WFLW_annotations").glob("*/*_train.txt"))
    lines = path.read_text().splitlines()
    lines[2] = lines[2].replace(" 3 4 45 46 ", " 3 4 3 46 ")
    path.write_text("\n".join([*lines, lines[0]]))
    problems = verify("wflw", tmp_path)[0].problems
    assert problems["faces listed twice"] == [
        "list_98pt_rect_attr_train.txt line 4 and list_98pt_rect_attr_train.txt line 1"
    ]
    assert (
        "line 3: box [3.0, 4.0, 3.0, 46.0] has no"
        in problems["unusable annotations"][0]
    )


def test_boxes_of_aflw_that_are_no_squares_are_found(tmp_path):
    order = write_aflw19(tmp_path).order
    path = tmp_path / "AFLWinfo_release.mat"
    content = {k: v for k, v in loadmat(path).items() if not k.startswith("__")}
    row = order[20_003]
    content["bbox"][row] = (2, 42, 3, 45)  # left, right, top, bottom
    savemat(path, content)
    train, test = verify("aflw19", tmp_path)
    assert not train.problems
    (found,) = test.problems["boxes that are no squares"]
    assert found.startswith(f"AFLWinfo_release.mat row {row + 1} (")
    assert found.endswith("): 40 x 42")


def test_only_splits_that_come_apart_may_be_absent(tmp_path):
    write_ibug300w(tmp_path)
    rmtree(tmp_path / "Test")
    rmtree(tmp_path / "ibug")
    train, test, private = verify("300w", tmp_path)
    assert not train.problems and not test.good and private.good
    assert "no file or folder" in test.problems["annotations are missing"][0]
    assert "Test/01_Indoor" in private.notes["this split is not there"][0]


def test_images_of_two_splits_are_noted(tmp_path):
    write_wflw98(tmp_path)
    path = next((tmp_path / "WFLW_annotations").glob("*/*_train.txt"))
    image = "37--Soccer/37_Soccer_1.jpg"
    path.write_text(path.read_text().replace("7--Cheering/7_Cheering_2.jpg", image))
    _, test = verify("wflw", tmp_path)
    assert test.notes["images also in train"] == [f"WFLW_images/{image}"]
    assert not test.problems


@pytest.mark.parametrize(
    ("visible", "expected"), [(True, "problems"), (False, "notes")]
)
def test_hidden_points_may_be_anywhere(visible, expected):
    report = SplitReport("test")
    face = FaceAnnotation(
        source="row 1",
        image="a.jpg",
        points=np.array([[1.0, 1], [19.4, 9], [500, 5]]),
        visible=np.array([True, True, visible]),
    )
    check_extent(report, face, (20, 20))
    found = getattr(report, expected)
    assert list(found.values()) == [["row 1: 1 points, at most 480.5 pixels"]]
    assert len(report.problems) + len(report.notes) == 1


def test_long_lists_are_cut(tmp_path):
    report = SplitReport("train", [Count("full", 18_170, range(18_161, 18_201))])
    for number in range(7):
        report.add_problem("missing images", f"{number}.jpg")
    text = render([report], limit=3)
    assert "18,170  18,161-18,200\n" in text
    assert (
        "missing images (7)\n    0.jpg\n    1.jpg\n    2.jpg\n    ... and 4 more"
        in text
    )


def test_missing_root_and_unknown_set_are_refused(main, tmp_path, capsys):
    assert main(["wflw", str(tmp_path / "nowhere")]) == 2
    assert "no folder" in capsys.readouterr().err
    with pytest.raises(ValueError, match=r"no set 'coco'; there are 300w, 300w_lp"):
        verify("coco", tmp_path)
    assert {"300w", "aflw19", "cofw", "lapa106", "wflw"} <= set(known_sets())
