import numpy as np
import pytest

from mcf.crops.face import Face
from mcf.crops.orientation import upright_box, upright_face, upright_points
from mcf.utils.decoding import UPRIGHT_BY_ORIENTATION


@pytest.mark.parametrize("orientation", range(1, 9))
def test_points_and_boxes_go_where_their_pixels_go(orientation):
    stored = np.zeros((6, 9), np.uint8)
    stored[1, 2], stored[2, 5] = 1, 2
    turn = UPRIGHT_BY_ORIENTATION.get(orientation, lambda pixels: pixels)
    upright = turn(stored)
    places = [np.argwhere(upright == value)[0][::-1] for value in (1, 2)]
    size = upright.shape[::-1]
    points = np.array([(2.0, 1.0), (5.0, 2.0)])
    found = upright_points(points, orientation, size)
    np.testing.assert_array_equal(found, places)
    whole = upright_box(np.array([-0.5, -0.5, 8.5, 5.5]), orientation, size)
    np.testing.assert_array_equal(whole, [-0.5, -0.5, size[0] - 0.5, size[1] - 0.5])


def test_eyes_of_a_mirrored_face_trade_places():
    five = np.array([(2.0, 2), (6, 2), (4, 3), (3, 5), (5, 5)])
    face = Face(np.array([0.0, 0, 8, 7]), 0.9, five)
    mirrored = upright_face(face, 2, (9, 8)).points
    np.testing.assert_array_equal(mirrored, five)
    turned = upright_face(face, 3, (9, 8)).points
    assert turned[0].tolist() == [6, 5]
