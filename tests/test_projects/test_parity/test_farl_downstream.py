import json

import numpy as np
import pytest

from projects.parity import RECORDINGS, replay_farl_downstream

INPUTS = {
    *("boxes_y1x1y2x2", "box_y1x1y2x2", "gt68", "heat_logits", "image", "image_coords"),
    *("kind", "label", "landmarks_px", "metrics_json", "parse_gt", "parse_pred"),
    *("points5", "pred68", "warped_coords", "warped_shape"),
}


@pytest.fixture
def recording():
    with np.load(RECORDINGS / "farl_downstream.npz", allow_pickle=False) as file:
        return dict(file)


def failed(recording):
    return [c.name for c in replay_farl_downstream(recording) if not c.passed]


def test_released_geometry_decoding_and_metrics_are_matched(recording):
    checks = replay_farl_downstream(recording)
    assert [check for check in checks if not check.passed] == []
    metrics = json.loads(str(recording["metrics_json"]))
    names = {*(recording.keys() - INPUTS), *(f"metrics/{name}" for name in metrics)}
    assert {check.name for check in checks} == names


@pytest.mark.parametrize(
    "key, change",
    [
        ("align_matrix", 1e-3),
        ("crop_matrix", 1e-2),
        ("crop_matrix_scaled_0p8", 1e-2),
        ("warped_to_image_0.8", 1e-3),
        ("image_to_warped_1.0", 1e-3),
        ("warped_image", 0.01),
        ("decoded_normalised", 1e-4),
        ("landmarks_normalised_512", 1e-4),
        ("coord_loss", 1e-4),
    ],
)
def test_a_wrong_number_is_noticed(recording, key, change):
    recording[key] = recording[key] + change
    assert key in failed(recording)


def test_one_wrong_label_is_noticed(recording):
    recording["warped_label"][20, 20] += 1
    assert failed(recording) == ["warped_label"]


def test_wrong_and_unknown_metrics_are_noticed(recording):
    metrics = json.loads(str(recording["metrics_json"]))
    metrics["auc_box_0.07"] *= 1.001
    metrics["f1_c3"] += 1e-4
    metrics["unheard_of"] = 1.0
    recording["metrics_json"] = np.array(json.dumps(metrics))
    names = ["metrics/auc_box_0.07", "metrics/f1_c3", "metrics/unheard_of"]
    assert failed(recording) == names


def test_other_sizes_are_read_from_the_file(recording):
    for key in ("gt68", "pred68", "boxes_y1x1y2x2", "parse_gt", "parse_pred"):
        recording[key] = recording[key][:4]
    for key in ("heat_logits", "decoded_normalised"):
        recording[key] = recording[key][:1]
    for key in ("landmarks_px", "landmarks_normalised_512", "coord_loss"):
        recording[key] = recording[key][:1]
    assert all(name.startswith("metrics/") for name in failed(recording))
