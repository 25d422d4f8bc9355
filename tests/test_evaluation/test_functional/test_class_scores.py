import numpy as np
import pytest

from mcf.evaluation.functional import confusion_matrix
from mcf.evaluation.functional.class_scores import class_scores

TRUE = np.array([[0, 0, 1, 1], [0, 0, 1, 1], [2, 2, 2, 2], [0, 0, 0, 0]])
PREDICTED = np.array([[0, 1, 1, 1], [0, 0, 1, 0], [2, 2, 1, 3], [0, 0, 0, 0]])


def test_scores_of_a_4x4_mask_by_hand():
    # true pixels 8, 4, 4, 0; predicted 8, 5, 2, 1; right 7, 3, 2, 0
    scores = class_scores(confusion_matrix(TRUE, PREDICTED, 4))
    assert scores.f1[:3] == pytest.approx([14 / 16, 6 / 9, 4 / 6])
    assert scores.iou[:3] == pytest.approx([7 / 9, 3 / 6, 2 / 4])
    assert scores.accuracy[:3] == pytest.approx([7 / 8, 3 / 4, 2 / 4])
    assert scores.pixel_accuracy == 12 / 16


def test_class_absent_from_the_truth_has_no_score_even_if_predicted():
    scores = class_scores(confusion_matrix(TRUE, PREDICTED, 5))
    for values in (scores.f1, scores.iou, scores.accuracy):
        assert np.isnan(values).tolist() == [False, False, False, True, True]


def test_class_that_is_never_found_scores_zero():
    scores = class_scores(confusion_matrix(TRUE, np.zeros_like(TRUE), 3))
    assert scores.f1[1:].tolist() == scores.iou[1:].tolist() == [0, 0]


def test_without_pixels_there_is_no_score(recwarn):
    scores = class_scores(np.zeros((3, 3), dtype=np.int64))
    assert np.isnan([*scores.f1, *scores.iou, scores.pixel_accuracy]).all()
    assert not recwarn.list


def test_f1_is_that_of_the_recorded_metrics(shared):
    import json

    recording = np.load(shared / "parity/farl_downstream.npz")
    known = json.loads(str(recording["metrics_json"]))
    confusion = confusion_matrix(recording["parse_gt"], recording["parse_pred"], 11)
    expected = [known["f1_background"], *(known[f"f1_c{i}"] for i in range(1, 11))]
    assert class_scores(confusion).f1 == pytest.approx(expected, abs=1e-12)
