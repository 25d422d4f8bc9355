import numpy as np
import pytest

from mcf.suite import Task, decade
from mcf.utils.rotations import euler_to_rotation

ATTRIBUTES = Task("a", "attributes", ("x", "y"))
CLASSES = Task("c", "classes", ("x", "y"))
ROTATION = euler_to_rotation(np.array([[10.0, 20, 30]]))[0]


def test_labels_come_as_samples_hold_them():
    assert ATTRIBUTES.label([1, -1]).dtype == np.float32
    assert Task("a", "age").label(33) == 33.0
    assert CLASSES.label(np.int64(1)) == 1
    assert Task("h", "head_pose").label(ROTATION).dtype == np.float32


@pytest.mark.parametrize(
    ("task", "value", "said"),
    [
        (ATTRIBUTES, [1, 2], "an attribute is 2.0, not 0, 1 or -1"),
        (ATTRIBUTES, [1, np.nan], "an attribute is nan"),
        (ATTRIBUTES, [1], "has 2 attributes"),
        (Task("age", "age"), -1, "not in 0 to 130"),
        (Task("age", "age"), np.nan, "not in 0 to 130"),
        (CLASSES, 2, "c 2 is unknown; there are 0 to 1"),
        (CLASSES, -1, "c -1 is unknown"),
        (CLASSES, 1.0, "no whole number"),
        (CLASSES, True, "no whole number"),
        (Task("h", "head_pose"), np.eye(3) * 2, "no rotation matrix"),
        (Task("h", "head_pose"), np.full((3, 3), np.nan), "no rotation matrix"),
        (Task("h", "head_pose"), np.diag([1, 1, -1]), "mirrors the face"),
    ],
)
def test_what_is_no_label_is_refused(task, value, said):
    with pytest.raises(ValueError, match=said):
        task.label(value)


def test_decades():
    assert [decade(age) for age in (0, 9, 10, 101)] == [
        "0-9",
        "0-9",
        "10-19",
        "100-109",
    ]
