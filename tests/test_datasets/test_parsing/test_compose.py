import numpy as np
import pytest

from mcf.datasets.parsing import CELEBAMASK_HQ
from mcf.datasets.parsing.compose import compose

ORDERS = pytest.mark.parametrize("order", ["farl", "official"])


def paint(names, order, size=6):
    """Slow reference: for each pixel the part of the highest id that covers it."""
    rng = np.random.default_rng(3)
    parts = {name: rng.random((size, size)) < 0.4 for name in names}
    classes = CELEBAMASK_HQ[order].classes
    expected = np.zeros((size, size), dtype=np.uint8)
    for y in range(size):
        for x in range(size):
            ids = [classes.index(name) for name in names if parts[name][y, x]]
            expected[y, x] = max(ids, default=0)
    return parts, expected


@ORDERS
def test_later_parts_cover_earlier_ones(order):
    parts, expected = paint(CELEBAMASK_HQ[order].classes[1:], order)
    composed = compose(parts, order)
    assert composed.dtype == np.uint8
    assert np.array_equal(composed, expected)


@ORDERS
def test_order_of_the_dict_does_not_matter(order):
    parts, expected = paint(["skin", "hair", "neck", "neck_l"], order)
    assert np.array_equal(compose(dict(reversed(parts.items())), order), expected)


def test_necklace_lies_over_the_neck_only_in_farl_order():
    parts = {"neck": np.ones((1, 3)), "neck_l": np.array([[0, 7, 0]])}
    farl, official = compose(parts, "farl"), compose(parts, "official")
    assert farl.tolist() == [[1, 18, 1]]
    assert official.tolist() == [[17, 17, 17]]


def test_hair_lies_over_skin_and_glasses_over_hair_only_in_farl_order():
    full = np.ones((1, 1), bool)
    parts = {"skin": full, "hair": full, "eye_g": full}
    farl = CELEBAMASK_HQ["farl"].classes[compose(parts, "farl")[0, 0]]
    official = CELEBAMASK_HQ["official"].classes[compose(parts, "official")[0, 0]]
    assert (farl, official) == ("eye_g", "hair")


def test_any_non_zero_value_is_the_part():
    parts = {"skin": np.array([[0, 1, 128, 255]], dtype=np.uint8)}
    assert compose(parts, "official").tolist() == [[0, 1, 1, 1]]


def test_bad_parts_are_refused():
    with pytest.raises(ValueError, match="no part at all"):
        compose({}, "farl")
    with pytest.raises(ValueError, match="unknown parts \\['beard'\\]"):
        compose({"beard": np.ones((2, 2))}, "farl")
    with pytest.raises(ValueError, match="unknown parts \\['background'\\]"):
        compose({"background": np.ones((2, 2))}, "farl")
    with pytest.raises(ValueError, match=r"different sizes.*nose"):
        compose({"skin": np.ones((2, 2)), "nose": np.ones((3, 3))}, "farl")
    with pytest.raises(ValueError, match="no composition order 'other'"):
        compose({"skin": np.ones((2, 2))}, "other")
