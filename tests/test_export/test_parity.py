import numpy as np
import pytest

from mcf.crops.recipes import get_recipe
from mcf.export import Parity
from mcf.export.parity import (
    MEASURES,
    drawn_crops,
    f1_deviation,
    pixel_deviation,
    vector_deviation,
)
from mcf.inference import CropRule


def test_pixel_deviation_is_the_largest_distance():
    truth = np.zeros((2, 3, 2))
    points = truth.copy()
    points[1, 2] = (0.3, -0.4)
    points[0, 0] = (0.1, 0.1)
    assert pixel_deviation(points, truth) == pytest.approx(0.5)


def test_f1_deviation_is_what_the_mean_over_classes_lacks():
    truth = np.array([[[0, 0, 0, 0], [2, 2, 2, 2]]])
    labels = truth.copy()
    assert f1_deviation(labels, truth) == 0
    labels[0, 1, 0] = 0  # F1 of class 0: 8/9, of class 2: 6/7; class 1 occurs nowhere
    assert f1_deviation(labels, truth) == pytest.approx(100 - 50 * (8 / 9 + 6 / 7))


def test_f1_deviation_sees_a_class_that_vanished():
    truth = np.array([[[0, 0, 0, 1]]])
    assert f1_deviation(np.zeros_like(truth), truth) > 50


def test_vector_deviation_is_relative_to_the_length():
    truth = np.array([[3.0, 4.0], [10.0, 0.0]])
    assert vector_deviation(truth + np.array([[0.0, 0.5], [0.0, 0.1]]), truth) == 0.1


@pytest.mark.parametrize(
    ("deviation", "passed"), [(0.0, True), (0.1, True), (0.11, False), (np.nan, False)]
)
def test_only_a_deviation_within_the_limit_passes(deviation, passed):
    parity = Parity("landmarks", 2, deviation, 0.1, "px", {"ONNX": 2.0}, 1)
    assert parity.passed is passed
    assert parity.to_dict()["passed"] is passed
    assert "ONNX 2.0 ms" in str(parity)


def test_limits_are_the_promised_ones():
    assert MEASURES["landmarks"].limit == 0.1
    assert MEASURES["parsing"].limit == 0.1


@pytest.mark.parametrize(
    "rule",
    [
        CropRule("box", (40, 48), scale=0.8),
        CropRule("five_points", (48, 48), warp_factor=0.8),
        CropRule("image", (32, 32)),
        CropRule("recipe", (32, 32), recipe=get_recipe("square", size=32)),
    ],
    ids=lambda rule: rule.kind,
)
def test_drawn_crops_show_faces_of_the_size_of_the_rule(rule):
    crops = drawn_crops(rule, 3)
    assert crops.dtype == np.uint8
    assert crops.shape == (3, *rule.size[::-1], 3)
    middle = crops[:, rule.size[1] // 2, rule.size[0] // 2].astype(int)
    assert (middle.sum(axis=-1) > 0).all()
    assert not np.array_equal(crops[0], crops[1])
