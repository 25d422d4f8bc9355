import numpy as np
import pytest

from mcf.datasets.parsing.class_sets import LAPA
from mcf.visualization.overlays import (
    HIDDEN,
    box_overlay,
    heat_overlay,
    hide_patches,
    landmarks_overlay,
    mask_overlay,
)


def test_landmark_is_drawn_where_it_is_and_nowhere_else():
    image = np.full((60, 80, 3), 100, np.uint8)
    picture = landmarks_overlay(image, np.array([[20.0, 40.0]]))
    changed = np.argwhere((picture != image).any(axis=-1))
    np.testing.assert_allclose(changed.mean(axis=0), [40, 20], atol=0.1)
    assert abs(changed - [40, 20]).max() <= 3
    assert (image == 100).all()


def test_landmark_outside_the_image_is_no_error():
    image = np.zeros((10, 10, 3), np.uint8)
    picture = landmarks_overlay(image, np.array([[-50.0, 500.0]]))
    np.testing.assert_array_equal(picture, image)


def test_dots_take_the_radius_that_is_asked_for():
    image = np.zeros((60, 80, 3), np.uint8)
    areas = [
        landmarks_overlay(image, np.array([[40.0, 30.0]]), radius=radius).any(-1).sum()
        for radius in (1, 4)
    ]
    assert areas[0] < 12 < 45 < areas[1]


def test_box_is_a_frame_and_may_leave_the_image():
    image = np.full((30, 40, 3), 100, np.uint8)
    framed = box_overlay(image, np.array([5.0, 4, 20, 24]))
    white = np.argwhere((framed == 255).all(-1))
    assert white.min(0).tolist() == [4, 5] and white.max(0).tolist() == [24, 20]
    assert (framed[5:24, 6:20] == 100).all() and (image == 100).all()
    outside = box_overlay(image, np.array([-1e9, -50, 1e9, 900]), width=3)
    np.testing.assert_array_equal(outside, image)


def test_labels_take_the_colours_of_lapa_and_background_stays():
    image = np.full((1, 3, 3), 200, np.uint8)
    labels = np.array([[0, 1, 10]])
    picture = mask_overlay(image, labels, LAPA.palette, opacity=1)
    np.testing.assert_array_equal(picture[0], [[200] * 3, [0, 153, 255], [255, 0, 102]])
    half = mask_overlay(image, labels, LAPA.palette, opacity=0.5)
    np.testing.assert_array_equal(half[0, 1], [100, 176, 227])


def test_label_without_a_colour_is_refused():
    with pytest.raises(ValueError, match="label 11 has no colour"):
        mask_overlay(np.zeros((1, 1, 3), np.uint8), np.array([[11]]), LAPA.palette)


def test_labels_of_another_size_are_refused():
    with pytest.raises(ValueError, match=r"\(2, 2\) do not cover"):
        mask_overlay(np.zeros((1, 2, 3), np.uint8), np.zeros((2, 2), int), LAPA.palette)


def test_hidden_patches_are_grey_in_row_order():
    image = np.full((4, 6, 3), 255, np.uint8)
    picture = hide_patches(image, np.array([0, 1, 0, 0, 0, 1]), (2, 3))
    hidden = (picture == HIDDEN).all(axis=-1)
    expected = np.zeros((4, 6), bool)
    expected[:2, 2:4] = expected[2:, 4:] = True
    np.testing.assert_array_equal(hidden, expected)
    assert (picture[~hidden] == 255).all()


def test_heat_scale_is_fixed_and_clipped():
    image = np.full((2, 8, 3), 128, np.uint8)
    picture = heat_overlay(image, np.array([[-1.0, 0.0, 1.0, 7.0]]))
    below, zero, one, above = picture[0, 0], picture[0, 2], picture[0, 4], picture[0, 6]
    np.testing.assert_array_equal(below, zero)
    np.testing.assert_array_equal(above, one)
    assert one.astype(int).sum() > zero.astype(int).sum() + 100
    alone = heat_overlay(image, np.array([[0.0]]))
    np.testing.assert_array_equal(alone[0, 0], zero)
