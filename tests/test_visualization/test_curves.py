import xml.etree.ElementTree as ElementTree

import pytest

from mcf.visualization.curves import LINES, curves_svg


def curve(values):
    return dict(enumerate(values))


def test_curve_is_the_same_drawing_every_time():
    text = curves_svg({"a": curve([3, 2, 1])})
    assert text == curves_svg({"a": curve([3, 2, 1])})
    assert text != curves_svg({"a": curve([3, 2, 2])})


@pytest.mark.parametrize("values", [[0.5], [0.5, 0.4], [float("nan"), 0.4, 0.3]])
def test_curve_is_one_svg_element_without_background(values):
    text = curves_svg({"a": curve(values)})
    assert ElementTree.fromstring(text).tag.endswith("svg")
    assert LINES[0] in text and "#ffffff" not in text


def test_only_several_curves_get_a_legend_and_each_its_colour():
    two = curves_svg({"first": curve([1, 2]), "second": curve([2, 1])})
    assert LINES[0] in two and LINES[1] in two and 'id="legend_1"' in two
    assert 'id="legend_1"' not in curves_svg({"first": curve([1, 2])})


def test_empty_curve_keeps_its_colour_for_other_charts():
    text = curves_svg({"first": {}, "second": curve([2, 1])})
    assert LINES[1] in text and LINES[0] not in text and 'id="legend_1"' not in text
