import numpy as np

from mcf.evaluation.functional import by_group

ERRORS = np.array([1.0, 3, 5, 5, 10, 100])
GROUPS = ["a", "a", "b", "b", None, "c"]


def mean(indices):
    return ERRORS[indices].mean()


def test_groups_are_scored_by_themselves():
    found = by_group(mean, GROUPS, least=2)
    assert found.scores == {"a": 2, "b": 5, "c": 100}
    assert found.counts == {"a": 2, "b": 2, "c": 1}


def test_the_gap_leaves_small_groups_out():
    found = by_group(mean, GROUPS, least=2)
    assert (found.gap, found.smallest, found.largest) == (3, "a", "b")
    found = by_group(mean, GROUPS, least=1)
    assert (found.gap, found.smallest, found.largest) == (98, "a", "c")


def test_one_group_has_no_gap():
    found = by_group(mean, ["a", "", None, "a", "a", "a"], least=1)
    assert list(found.scores) == ["a"] and np.isnan(found.gap)
    assert found.smallest == found.largest == ""
