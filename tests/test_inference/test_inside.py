import numpy as np
import pytest

from mcf.crops.boxes import landmark_square
from mcf.crops.training_box import likely_detection
from mcf.datasets.parsing.class_sets import LAPA
from mcf.drawn_faces.lifelike import draw_lifelike
from mcf.evaluation.functional import class_f1, confusion_matrix, foreground_mean
from mcf.evaluation.functional.nme import nme, pair_distance
from mcf.export import OnnxJoint, OnnxNetwork, open_onnx_model
from mcf.inference import FaceInferencer
from mcf.inference.inside import MODEL_INSIDE

UNSEEN = range(100_000, 100_024)
"""Seeds of the test part of projects/model_inside."""


@pytest.fixture(scope="module")
def faces() -> list:
    return [draw_lifelike(seed, 192) for seed in UNSEEN]


@pytest.fixture(scope="module")
def results(faces) -> list:
    images = [np.ascontiguousarray(face.image[..., ::-1]) for face in faces]
    boxes = [likely_detection(landmark_square(face.landmarks68)) for face in faces]
    inferencer = FaceInferencer(detector=None)
    return inferencer(images, boxes=[box[None] for box in boxes])


def test_file_is_small_and_says_what_it_is():
    assert MODEL_INSIDE.stat().st_size <= 12e6
    model = open_onnx_model(MODEL_INSIDE)
    assert isinstance(model, OnnxJoint)
    assert (model.schema, model.count, model.class_set) == ("ibug68", 68, LAPA)
    assert (model.rule.kind, model.rule.box) == ("box", "annotated")


def test_points_of_unseen_drawn_faces(faces, results):
    truth = np.stack([face.landmarks68 for face in faces])
    found = np.stack([result.landmarks.points[0] for result in results])
    assert nme(found, truth, pair_distance(truth, 36, 45)).mean() < 0.05


def test_parts_of_unseen_drawn_faces(faces, results):
    confusion = sum(
        confusion_matrix(face.mask, result.mask(0), len(LAPA.classes))
        for face, result in zip(faces, results)
    )
    assert foreground_mean(class_f1(confusion)) > 0.75


def test_default_detector_and_model_need_no_name(faces):
    pytest.importorskip("retinaface")
    result = FaceInferencer()(np.ascontiguousarray(faces[0].image[..., ::-1]))
    assert len(result) == 1
    assert result.landmarks.points.shape == (1, 68, 2)
    assert set(np.unique(result.mask(0))) >= {0, 1, 6, 10}


def test_points_and_parts_take_one_pass_and_one_crop(faces, monkeypatch):
    passes = []
    run = OnnxNetwork.run
    monkeypatch.setattr(
        OnnxNetwork, "run", lambda *args: passes.append(1) or run(*args)
    )
    image = np.ascontiguousarray(faces[0].image[..., ::-1])
    result = FaceInferencer(detector=None)([image] * 3)
    assert len(passes) == 1
    assert {"crop", "joint", "map"} <= result[0].timings.keys()
    assert not {"landmarks", "parsing"} & result[0].timings.keys()


def test_named_models_leave_it_out(landmarks):
    result = FaceInferencer(landmarks=landmarks, detector=None)(
        np.zeros((40, 40, 3), np.uint8)
    )
    assert result.parsing is None and "joint" not in result.timings
