import cv2
import numpy as np
import pytest

from mcf.report.run import read_pictures, read_run, read_scalars
from tests.test_report.run_files import parsing_run


def test_scalars_of_a_resumed_run_are_joined(resumed):
    curves, scores = read_scalars(resumed)
    assert curves == {"loss_feature": {10: 8.0, 20: 7.0, 30: 2.0, 40: 1.0}}
    assert list(curves["loss_feature"]) == [10, 20, 30, 40] and scores == {}


def test_line_cut_off_by_a_crash_is_left_out(resumed):
    file = resumed / "20260101_010000" / "vis_data" / "scalars.json"
    file.write_text(file.read_text() + '{"loss_feature": 0.5, "st')
    assert list(read_scalars(resumed)[0]["loss_feature"]) == [10, 20, 30, 40]


def test_validation_by_epoch_is_kept_apart_from_training_by_iteration(tmp_path):
    curves, scores = read_scalars(parsing_run(tmp_path, "config"))
    assert curves == {"loss": {4: 2.0, 8: 1.0}, "lr": {4: 0.1, 8: 0.1}}
    assert scores["parsing/mF1"] == {1: 60.0, 2: 59.0}


def test_first_and_last_pictures_are_by_number_and_of_the_last_start(resumed):
    (last,), (first,) = read_pictures(resumed, "run")
    assert "after 100 iterations" in last.title and "after 0 iter" in first.title
    assert (first.image[0, 0, 0], last.image[0, 0, 0]) == (10, 50)
    for file in resumed.glob("*/vis_data/vis_image/*_[01]*.png"):
        file.unlink()
    (last,), _ = read_pictures(resumed, "run")
    assert last.image[0, 0, 0] == 40


def test_pictures_put_into_the_folder_are_found_and_damaged_ones_left_out(resumed):
    cv2.imwrite(str(resumed / "worst_faces.png"), np.full((2, 2, 3), 9, np.uint8))
    (resumed / "cut.png").write_bytes(b"\x89PNG")
    assert read_pictures(resumed, "run")[0][-1].title == "run: worst faces"


def test_environment_is_that_of_the_log_without_compiler_details(resumed):
    assert read_run(resumed).environment == {
        "sys.platform": "linux",
        "Python": "3.11.7",
        "MMEngine": "0.10.12",
    }
    for file in resumed.glob("*/*.log"):
        file.unlink()
    assert read_run(resumed).environment == {}


def test_folder_without_a_run_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"config\.py"):
        read_run(tmp_path)
    with pytest.raises(FileNotFoundError, match=r"scalars\.json"):
        read_scalars(tmp_path)
