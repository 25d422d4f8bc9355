from dataclasses import replace

import numpy as np
import pytest

from mcf.visualization.landmark_pictures import (
    SIDE,
    PredictedFace,
    error_colour,
    landmark_sheet,
)


@pytest.fixture
def face():
    truth = np.array([[30.0, 30.0], [70.0, 30.0], [50.0, 70.0]])
    return PredictedFace(
        name="a.jpg",
        image=np.full((100, 100, 3), 90, np.uint8),
        box=np.array([20.0, 20.0, 80.0, 80.0]),
        points=truth + np.array([[0, 0], [4, 0], [0, 10]]),
        truth=truth,
        counted=np.array([True, True, False]),
        unit=40.0,
    )


def test_errors_are_shares_of_the_unit_and_hidden_points_do_not_count(face):
    np.testing.assert_allclose(face.errors, [0, 0.1, 0.25])
    assert face.nme == pytest.approx(0.05)


def test_colour_goes_from_green_over_yellow_to_red_and_stays_there():
    assert error_colour(0) == (0, 255, 0)
    assert error_colour(0.05) == (255, 255, 0)
    assert error_colour(0.1) == error_colour(3.0) == (255, 0, 0)


def colours(tile, colour):
    return (tile == colour).all(axis=-1).sum()


def test_predicted_points_have_the_colour_of_their_error(face):
    sheet = landmark_sheet([face])
    left, right = sheet[:, : sheet.shape[1] // 2], sheet[:, sheet.shape[1] // 2 :]
    right = right[: SIDE + 20]  # above the legend
    assert colours(left, (0, 220, 255)) > 20
    assert colours(right, (0, 255, 0)) > 5 and colours(right, (255, 0, 0)) > 5
    assert colours(right, (160, 160, 160)) > 5


def test_numbers_are_written_on_request_only(face):
    assert (landmark_sheet([face]) != landmark_sheet([face], numbers=True)).any()


def test_odd_number_of_faces_fills_its_last_row_with_paper(face):
    two, three = landmark_sheet([face] * 2), landmark_sheet([face] * 3)
    assert three.shape[1] == two.shape[1] and three.shape[0] > two.shape[0] + SIDE


def test_prediction_far_outside_is_drawn_without_an_error(face):
    lost = replace(face, points=face.points + 1e9)
    assert landmark_sheet([lost]).shape == landmark_sheet([face]).shape


def test_place_of_a_point_that_is_not_labelled_is_not_drawn(face):
    known = replace(face, labelled=np.array([True, True, False]))
    three, two = (landmark_sheet([x])[: SIDE + 20, :SIDE] for x in (face, known))
    assert 0 < colours(two, (0, 220, 255)) < 0.8 * colours(three, (0, 220, 255))
