import numpy as np
import pytest

from mcf.crops.face import Face
from mcf.inference.tracking import FaceTracker, carried, pair

TEMPLATE = np.array([(-20, -20), (20, -20), (0, 0), (-15, 25), (15, 25)], float)


def face(x: float, y: float = 100.0, side: float = 100.0) -> Face:
    box = np.array([x - side / 2, y - side / 2, x + side / 2, y + side / 2])
    return Face(box, 0.9)


def points(*places: float, y: float = 100.0) -> np.ndarray:
    return np.stack([np.add(TEMPLATE, (x, y)) for x in places])


def sure(count: int, value: float = 0.7) -> np.ndarray:
    return np.full((count, 5), value)


def ids(tracker: FaceTracker) -> list[int]:
    return [track.id for track in tracker.live]


@pytest.fixture
def tracker() -> FaceTracker:
    tracker = FaceTracker(patience=1.0)
    tracker.detected([face(100), face(400)], 0.0)
    assert tracker.found(points(100, 400), sure(2), 0.0) == [True, True]
    return tracker


def test_pairs_are_the_best_ones_and_none_twice():
    boxes = [face(0).box, face(20).box]
    assert pair(boxes, [face(18).box, face(500).box], 0.3) == {1: 0}
    assert pair(boxes, [face(25).box, face(5).box], 0.3) == {0: 1, 1: 0}
    assert pair([], boxes, 0.3) == pair(boxes, [], 0.3) == {}


def test_box_and_five_points_go_with_the_points():
    five = np.array([(90.0, 90)] * 5)
    start = Face(face(100).box, 0.9, five)
    after = carried(start, TEMPLATE, 2 * TEMPLATE + (10, 0))
    assert np.allclose(after.box, 2 * start.box + (10, 0, 10, 0))
    assert np.allclose(after.points, 2 * five + (10, 0))
    same = np.zeros((5, 2))
    assert carried(start, same, TEMPLATE) is start


def test_a_followed_face_keeps_its_place_about_its_points(tracker):
    for step in range(1, 6):
        tracker.found(points(100 + 10 * step, 400), sure(2), 0.04 * step)
    assert np.allclose(tracker.live[0].face.box, face(150).box)
    assert np.allclose(tracker.live[1].face.box, face(400).box)
    ahead = tracker.expected(0.24)
    assert 155 < ahead[0].box[[0, 2]].mean() < 161


def test_ids_stay_whatever_the_order_of_the_detections(tracker):
    tracker.detected([face(405), face(220), face(95)], 0.2)
    assert ids(tracker) == [2, 3, 1]


def test_a_missed_face_is_followed_by_its_points_for_a_time(tracker):
    for time in (0.2, 0.4, 1.0):
        faces = tracker.detected([face(100)], time)
        assert len(faces) == 2 and ids(tracker) == [1, 2]
        assert tracker.found(points(100, 400), sure(2), time) == [True, True]
    tracker.detected([face(100)], 1.4)
    assert tracker.found(points(100, 400), sure(2), 1.4) == [True, False]


def test_a_missed_face_whose_points_are_doubtful_is_lost_and_found_again(tracker):
    tracker.detected([face(100)], 0.2)
    scores = np.stack([sure(1)[0], sure(1, 0.3)[0]])
    assert tracker.found(points(100, 400), scores, 0.2) == [True, False]
    tracker.detected([face(100), face(430)], 0.6)
    assert ids(tracker) == [1, 2]


def test_a_face_that_is_away_too_long_or_elsewhere_is_another_one(tracker):
    tracker.detected([face(100)], 0.2)
    scores = np.stack([sure(1)[0], sure(1, 0.1)[0]])
    tracker.found(points(100, 400), scores, 0.2)
    tracker.detected([face(100), face(600)], 0.4)
    assert ids(tracker) == [1, 3]
    tracker.found(points(100, 600), sure(2), 0.4)
    tracker.detected([face(100), face(600)], 5.0)
    tracker.found(points(100, 600), sure(2), 5.0)
    tracker.detected([face(100), face(400), face(600)], 5.2)
    assert ids(tracker) == [1, 4, 3]


@pytest.mark.parametrize(
    ("found", "scores", "doubtful"),
    [
        (points(101, 402), sure(2), False),
        (points(101, 402), sure(2, 0.4), True),
        (points(101, 110), sure(2), True),
        (np.stack([TEMPLATE + 100, 2 * TEMPLATE + (400, 100)]), sure(2), True),
    ],
    ids=["fine", "low scores", "two on one", "grown"],
)
def test_doubt(tracker, found, scores, doubtful):
    assert tracker.doubtful(found, scores) is doubtful


def test_faces_that_cross_keep_their_ids():
    """The one behind is not seen for half a second."""
    tracker = FaceTracker(patience=1.0)
    for step in range(51):
        time = step * 0.04
        a, b = 100 + 8 * step, 500 - 8 * step
        seen = [face(b)] if abs(a - b) < 60 else [face(a), face(b)]
        looked_at = tracker.detected(seen, time)
        # whoever looks where the front face is finds that one
        found = [
            np.add(TEMPLATE, (b if abs(f.box[[0, 2]].mean() - b) < 60 else a, 100))
            for f in looked_at
        ]
        tracker.found(np.stack(found), sure(len(found)), time)
    places = {track.id: track.face.box[[0, 2]].mean() for track in tracker.live}
    assert places == pytest.approx({1: 500, 2: 100})


def test_after_a_cut_all_faces_are_others(tracker):
    tracker.cut()
    tracker.detected([face(100)], 0.2)
    assert ids(tracker) == [3]


def test_without_points_missed_faces_are_lost_at_once(tracker):
    tracker.detected([face(100)], 0.2)
    assert tracker.lose_missed(0.2) == [True, False] and ids(tracker) == [1]
