import xml.etree.ElementTree as ElementTree

import pytest

from mcf.visualization.curves import LINE, curve_svg


def test_curve_is_the_same_drawing_every_time():
    assert curve_svg([1, 2, 3], [3, 2, 1]) == curve_svg([1, 2, 3], [3, 2, 1])
    assert curve_svg([1, 2, 3], [3, 2, 1]) != curve_svg([1, 2, 3], [3, 2, 2])


@pytest.mark.parametrize("values", [[0.5], [0.5, 0.4], [float("nan"), 0.4, 0.3]])
def test_curve_is_one_svg_element_without_background(values):
    text = curve_svg(range(len(values)), values)
    assert ElementTree.fromstring(text).tag.endswith("svg")
    assert LINE in text and "#ffffff" not in text
