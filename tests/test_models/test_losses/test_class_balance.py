import pytest

from mcf.models.losses import balanced_weights


def test_inverse_counts_by_hand():
    """1, ½ and ¼ have the mean 7/12."""
    expected = [12 / 7, 6 / 7, 3 / 7]
    assert balanced_weights([10, 20, 40]) == pytest.approx(expected)


def test_effective_numbers_lie_between_none_and_inverse():
    assert balanced_weights([1, 2], beta=0) == [1, 1]
    found = balanced_weights([1, 2], beta=0.5)  # 1 and 1/1.5
    assert found == pytest.approx([1.2, 0.8])


def test_class_without_faces_is_refused():
    with pytest.raises(ValueError, match=r"counts=\[3, 0\]"):
        balanced_weights([3, 0])
    with pytest.raises(ValueError, match="beta=2"):
        balanced_weights([3, 1], beta=2)
