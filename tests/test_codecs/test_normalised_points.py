import numpy as np
import pytest

pytest.importorskip("mmpose")

from mmpose.registry import KEYPOINT_CODECS

import mcf.codecs  # noqa: F401


@pytest.fixture
def codec():
    return KEYPOINT_CODECS.build(dict(type="mcf.NormalisedPoints", input_size=(64, 32)))


def test_borders_are_zero_and_one(codec):
    points = np.array([[[-0.5, -0.5], [63.5, 31.5], [31.5, 15.5]]])
    labels = codec.encode(points)["keypoint_labels"]
    np.testing.assert_allclose(labels[0], [[0, 0], [1, 1], [0.5, 0.5]])
    assert labels.dtype == np.float32


def test_round_trip(codec):
    points = np.random.default_rng(0).uniform(-9, 70, (1, 5, 2))
    scores = np.ones((1, 5))
    decoded, kept = codec.decode(codec.encode(points)["keypoint_labels"], scores)
    np.testing.assert_allclose(decoded, points, atol=1e-5)
    assert kept is scores


def test_hidden_points_weigh_nothing_and_those_outside_still_count(codec):
    points = np.array([[[5.0, 5], [500, 5]]])
    encoded = codec.encode(points, np.array([[0.0, 1]]))
    np.testing.assert_array_equal(encoded["keypoint_weights"], [[0, 1]])
    np.testing.assert_array_equal(codec.encode(points)["keypoint_weights"], [[1, 1]])
