import csv
import json

import numpy as np
import pytest
from mmengine.evaluator import Evaluator
from mmengine.logging import MMLogger
from mmengine.registry import DefaultScope

from mcf.evaluation.metrics import LandmarkMetric

BOX = np.array([[0.0, 0, 40, 40]])


def face(number: int, error: float, *subsets: str, count: int = 19) -> dict:
    """Face with 20 px between the outer eye corners, all points ``error`` px off."""
    target = np.random.default_rng(number).uniform(0, 40, (1, count, 2))
    target[0, 6], target[0, 11] = (10, 20), (30, 20)
    return dict(
        id=number,
        img_path=f"{number}.jpg",
        subsets=subsets,
        annotated_bbox=BOX,
        gt_instances=dict(keypoints=target, keypoints_visible=np.ones((1, count))),
        pred_instances=dict(keypoints=target + error * np.array([0.6, 0.8])),
    )


FACES = [face(0, 1.0, "common", "full"), face(1, 2.0, "full"), face(2, 3.0, "full")]


def evaluate(faces: list[dict], **settings: object) -> dict[str, float]:
    metric = LandmarkMetric("aflw19", **settings)
    metric.process(None, faces)
    return metric.evaluate(len(faces))


def test_errors_by_hand_under_several_normalisers():
    scores = evaluate(FACES, normalisers=("interocular", "box", "diag"))
    assert scores["landmark/full/nme_interocular"] == pytest.approx(10.0)
    assert scores["landmark/common/nme_interocular"] == pytest.approx(5.0)
    assert scores["landmark/full/nme_box"] == pytest.approx(5.0)
    assert scores["landmark/full/nme_box"] == pytest.approx(
        2**0.5 * scores["landmark/full/nme_diag"]
    )


def test_curve_by_hand():
    scores = evaluate(
        FACES, normalisers=("box",), curves=dict(box=(0.06, 0.1)), prefix="test"
    )
    # errors are 2.5, 5 and 7.5 %
    assert scores["test/full/fr_box_6"] == pytest.approx(100 / 3)
    assert scores["test/full/fr_box_10"] == 0
    assert scores["test/full/auc_box_10"] == pytest.approx(50, abs=0.1)
    assert scores["test/common/fr_box_6"] == 0


def test_grid_of_published_numbers_is_a_choice():
    edge = [face(0, 0.07005 * 20, "full")]
    settings = dict(curves=dict(interocular=[0.07]))
    exact, released = (
        evaluate(edge, grid=g, **settings) for g in ("exact", "released")
    )
    assert exact["landmark/full/fr_interocular_7"] == 100
    assert released["landmark/full/fr_interocular_7"] == 0


def test_any_pair_of_points_can_be_the_unit():
    scores = evaluate(FACES, normalisers=(), point_pairs=dict(eyes=((6,), (11,))))
    assert scores["landmark/full/nme_eyes"] == pytest.approx(10.0)


def test_hidden_points_do_not_count():
    sample = face(0, 1.0, "full")
    sample["pred_instances"]["keypoints"][0, 3] = 1000
    sample["gt_instances"]["keypoints_visible"][0, 3] = 0
    assert evaluate([sample])["landmark/full/nme_interocular"] == pytest.approx(5.0)


def test_samples_without_subsets_are_the_full_set():
    sample = face(0, 1.0)
    del sample["subsets"]
    assert [*evaluate([sample])] == ["landmark/full/nme_interocular"]


def test_one_metric_evaluates_two_data_sets_independently():
    metric = LandmarkMetric("aflw19")
    for error, expected in ((1.0, 5.0), (2.0, 10.0)):
        metric.process(None, [face(0, error, "full")])
        scores = metric.evaluate(1)
        assert scores["landmark/full/nme_interocular"] == pytest.approx(expected)


def test_log_has_one_table_with_a_row_for_each_subset(caplog):
    logger = MMLogger.get_current_instance()
    logger.addHandler(caplog.handler)
    try:
        evaluate(FACES, normalisers=("interocular", "box"), curves=dict(box=[0.1]))
    finally:
        logger.removeHandler(caplog.handler)
    (message,) = (r.getMessage() for r in caplog.records if "Landmarks" in r.message)
    lines = message.strip().splitlines()
    assert lines[0].startswith("Landmarks of 3 faces (aflw19), in percent")
    assert lines[1].split() == [
        *("subset", "faces", "nme_interocular", "nme_box", "auc_box_10", "fr_box_10")
    ]
    assert lines[2].split()[:4] == ["full", "3", "10.000", "5.000"]
    assert lines[3].split()[:4] == ["common", "1", "5.000", "2.500"]


@pytest.mark.parametrize("ending", ["json", "csv"])
def test_errors_of_each_face_are_written(tmp_path, ending):
    path = tmp_path / f"faces.{ending}"
    evaluate(FACES, normalisers=("interocular", "box"), per_face_file=str(path))
    if ending == "json":
        rows = json.loads(path.read_text())
        points = FACES[0]["pred_instances"]["keypoints"][0]
        np.testing.assert_allclose(rows[0]["points"], points, atol=1e-3)
    else:
        rows = [*csv.DictReader(path.open(newline=""))]
    assert [row["image"] for row in rows] == ["0.jpg", "1.jpg", "2.jpg"]
    errors = [float(row["nme_interocular"]) for row in rows]
    np.testing.assert_allclose(errors, [5, 10, 15])


def _with(field: str, value: object) -> dict:
    sample = face(0, 1.0, "full")
    sample[field] = value
    return sample


@pytest.mark.parametrize(
    "sample, message",
    [
        (face(0, 1.0, count=29), r"0\.jpg: predicted points are \(1, 29, 2\)"),
        (face(0, np.nan), r"0\.jpg: predicted points are not all finite"),
        (_with("annotated_bbox", np.zeros((1, 4))), r"0\.jpg: unit of face 0"),
    ],
)
def test_faces_that_cannot_be_measured_are_named(sample, message):
    with pytest.raises(ValueError, match=message):
        evaluate([sample], normalisers=("box",))


@pytest.mark.parametrize(
    "settings, message",
    [
        (dict(normalisers=("ears",)), "no normaliser 'ears'"),
        (dict(curves=dict(box=[0.1])), r"curves of \['box'\]"),
        (dict(grid="fine"), "'fine'"),
        (dict(per_face_file="faces.xml"), "faces.xml"),
    ],
)
def test_wrong_settings_are_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        LandmarkMetric("aflw19", **settings)


def test_set_without_faces_is_refused():
    with pytest.raises(ValueError, match="no face"):
        LandmarkMetric("aflw19").compute_metrics([])


def test_it_is_built_from_a_config_of_mmpose():
    with DefaultScope.overwrite_default_scope("mmpose"):
        evaluator = Evaluator(dict(type="mcf.LandmarkMetric", schema="wflw98"))
    assert evaluator.metrics[0].schema.count == 98


def without_eye(number: int) -> dict:
    """Face whose outer eye corner nobody labelled: COCO writes zeros then."""
    sample = face(number, 2.0, "full")
    labelled = np.ones((1, 19), bool)
    labelled[0, 6] = False
    sample["gt_instances"]["keypoints"][0, 6] = 0
    sample["gt_instances"]["keypoints_visible"] = labelled.astype(float)
    return sample | dict(keypoints_labelled=labelled)


def test_unit_of_unlabelled_points_is_none_and_such_faces_are_counted(tmp_path, caplog):
    faces = [FACES[0], without_eye(5)]
    path = tmp_path / "faces.json"
    logger = MMLogger.get_current_instance()
    logger.addHandler(caplog.handler)
    try:
        scores = evaluate(
            faces, normalisers=("interocular", "box"), per_face_file=str(path)
        )
    finally:
        logger.removeHandler(caplog.handler)
    assert scores["landmark/full/nme_interocular"] == pytest.approx(5.0)
    assert scores["landmark/full/nme_box"] == pytest.approx((2.5 + 5) / 2)
    rows = json.loads(path.read_text())
    assert rows[1]["nme_interocular"] is None and rows[1]["nme_box"] is not None
    assert "1 faces have no interocular" in caplog.text


def test_face_of_which_no_point_counts_has_no_error():
    hidden = face(5, 2.0, "full")
    hidden["gt_instances"]["keypoints_visible"] = np.zeros((1, 19))
    alone = evaluate([FACES[0]], normalisers=("box",))
    assert evaluate([FACES[0], hidden], normalisers=("box",)) == alone


def test_subset_without_any_unit_has_no_number():
    scores = evaluate([without_eye(5)], curves=dict(interocular=(0.1,)))
    assert np.isnan(scores["landmark/full/nme_interocular"])
    assert np.isnan(scores["landmark/full/auc_interocular_10"])
