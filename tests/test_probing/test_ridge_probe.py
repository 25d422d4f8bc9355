import json

import numpy as np
import pytest

from mcf.apis import LandmarkFaces, landmark_probe, load_backbone_model, probe_backbone
from mcf.probing.ridge_probe import HEADER, ProbeReport, ProbeScore


@pytest.fixture(scope="module")
def faces() -> LandmarkFaces:
    """Grey squares with a bright dot at the first landmark."""
    rng = np.random.default_rng(0)
    points = rng.uniform(0.3, 0.7, (40, 3, 2))
    points[:, 1], points[:, 2] = [0, 0], [1, 0]
    images = np.full((40, 32, 32, 3), 90, np.uint8)
    for image, (x, y) in zip(images, (points[:, 0] * 32).astype(int)):
        image[y - 2 : y + 3, x - 2 : x + 3] = 255
    return LandmarkFaces("dots", list(images), points, (1, 2), "a note")


def test_features_that_tell_the_points_have_no_error(faces):
    mixing = np.random.default_rng(1).normal(size=(2, 6))
    score = landmark_probe(faces.points[:, 0] @ mixing, faces)
    assert score.mean < 0.1


def test_features_that_tell_nothing_give_the_mean_shape(faces):
    score = landmark_probe(np.zeros((40, 1)), faces, folds=40)
    others = (40 * faces.points.mean(0) - faces.points) / 39
    expected = np.linalg.norm(others - faces.points, axis=-1).mean(1)
    np.testing.assert_allclose(score.face_nme, 100 * expected)


def test_no_face_helps_to_predict_itself(faces):
    """Features that only name the face allow perfect recall and no prediction."""
    score = landmark_probe(np.eye(40), faces)
    nothing = landmark_probe(np.zeros((40, 1)), faces)
    assert score.mean == pytest.approx(nothing.mean, rel=0.02)


def test_mean_and_deviation_are_over_folds(faces):
    score = ProbeScore("trained", "cls", [1.0, 3.0], [1, 1, 3, 3], [1, 1])
    assert score.mean == 2 and score.deviation == pytest.approx(2**0.5)
    score = landmark_probe(np.eye(40), faces, folds=4)
    assert np.mean(score.fold_nme) == pytest.approx(np.mean(score.face_nme))


def test_report_scores_trained_and_untrained_on_the_same_folds(exported, faces):
    backbone = load_backbone_model(exported)
    report = probe_backbone(
        backbone, faces, poolings=("tokens", "cls"), untrained=2, folds=4, seed=3
    )
    names = [(score.features, score.pooling) for score in report.scores]
    models = ["trained", "untrained (seed 3)", "untrained (seed 4)"]
    assert names == [
        ("none (mean shape)", ""),
        *((model, pooling) for pooling in ("tokens", "cls") for model in models),
    ]
    nothing, tokens = report.scores[0], report.scores[1]
    assert tokens.mean < nothing.mean - 3 * nothing.deviation / 4**0.5
    assert json.loads(json.dumps(report.to_dict()))["scores"][1]["mean"] == tokens.mean


def test_table_tells_the_share_of_faces_that_training_helped():
    scores = [
        ProbeScore("none (mean shape)", "", [9.0, 9.0], [9] * 4, [1, 1]),
        ProbeScore("trained", "cls", [1.0, 3.0], [1, 1, 3, 3], [1, 1]),
        ProbeScore("untrained (seed 0)", "cls", [4.0, 2.0], [4, 4, 1, 3], [1, 1]),
    ]
    rows = ProbeReport("d", 4, 29, "n", 2, 0, scores).rows()
    assert [row[3] for row in rows] == ["", "", "50%"]
    assert rows[2][2] == "3.00 ± 1.41"
    assert all(len(row) == len(HEADER) for row in rows)
