import numpy as np
import pytest

from mcf.crops.boxes import centred_square, landmark_square, overlaps


def test_square_around_landmarks_by_hand():
    points = np.array([[10.2, 20.0], [30.5, 51.3], [12.0, 33.0]])
    # x: 10 … 31, y: 20 … 52; centre (20.5, 36), side 32.
    assert landmark_square(points).tolist() == [4.5, 20.0, 36.5, 52.0]


def test_square_moves_with_the_origin():
    points = np.random.default_rng(0).uniform(0, 300, (68, 2)).round(3)
    np.testing.assert_allclose(landmark_square(points - 1), landmark_square(points) - 1)


def test_rule_gives_the_centres_and_scales_of_mmpose(shared):
    """Two faces of 300W and four of WFLW."""
    import json

    for name in ("300w/test_300w.json", "wflw/test_wflw.json"):
        path = shared / "data/faces_samples/mmpose_samples" / name
        for face in json.loads(path.read_text())["annotations"]:
            points = np.reshape(face["keypoints"], (-1, 3))[:, :2]
            listed = centred_square(np.array(face["center"]), 200 * face["scale"])
            np.testing.assert_allclose(landmark_square(points), listed, atol=1e-9)


def test_overlaps_by_hand():
    box = np.array([0.0, 0, 4, 4])
    others = np.array([[0.0, 0, 4, 4], [2, 0, 6, 4], [5, 5, 6, 6]])
    assert overlaps(box, others) == pytest.approx([1, 8 / 24, 0])
