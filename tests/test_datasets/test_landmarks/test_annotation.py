import numpy as np
import pytest

from mcf.datasets.landmarks import FaceAnnotation

POINTS = np.array([[1.0, 2], [3, 4], [5, 1]])


def face(points=POINTS, **fields):
    return FaceAnnotation(source="list line 1", image="a.jpg", points=points, **fields)


def test_sound_annotation_has_no_faults():
    assert face(box=np.array([0, 0, 5, 5])).faults(3) == []


@pytest.mark.parametrize(
    ("annotation", "fault"),
    [
        (face(np.zeros((0, 2))), "has no points, but 3 are expected"),
        (face(POINTS[:2]), "has 2 points, but 3 are expected"),
        (face(POINTS * [[1], [np.nan], [1]]), "points [1] are not finite numbers"),
        (face(POINTS / [[1], [1], [0]]), "points [2] are not finite"),
        (face(np.full((3, 2), 7.0)), "all points are the same, [7.0, 7.0]"),
        (face(box=np.array([3, 1, 3, 9])), "box [3, 1, 3, 9] has no size"),
        (face(box=np.array([np.nan, 1, 3, 9])), "has no size"),
    ],
)
def test_faults_are_named(annotation, fault):
    assert fault in annotation.faults(3)[0]


def test_box_may_be_left_out_of_account():
    assert face(box=np.zeros(4)).faults(3, with_box=False) == []
