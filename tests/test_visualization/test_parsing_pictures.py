import numpy as np
import pytest

from mcf.visualization.overlays import mask_overlay
from mcf.visualization.parsing_pictures import (
    CELL,
    TILE,
    UNLABELLED,
    WRONG,
    ParsedFace,
    class_legend,
    confusion_picture,
    difference_overlay,
    parsing_sheet,
    stack,
)

CLASSES = ("background", "skin", "hair")
PALETTE = ((0, 0, 0), (200, 0, 0), (0, 0, 200))


def face(size=(40, 60), name="a"):
    truth = np.zeros(size, np.uint8)
    truth[10:30] = 1
    predicted = truth.copy()
    predicted[20:30] = 2
    image = np.full((*size, 3), 120, np.uint8)
    return ParsedFace(name, 50.0, image, truth, predicted)


def test_exactly_the_wrong_pixels_are_red():
    one = face()
    picture = difference_overlay(one.image, one.truth, one.predicted)
    red = (picture == WRONG).all(axis=-1)
    np.testing.assert_array_equal(red, one.truth != one.predicted)
    assert (picture[~red] == 66).all()


def test_pixels_without_label_are_neither_red_nor_tinted():
    one = face()
    truth = one.truth.astype(np.int16)
    truth[25:] = UNLABELLED
    red = (difference_overlay(one.image, truth, one.predicted) == WRONG).all(axis=-1)
    assert red[20:25].all() and not red[25:].any()
    assert (mask_overlay(one.image, truth, PALETTE)[25:] == one.image[25:]).all()


def test_sheet_has_a_row_a_face_whatever_the_sizes():
    faces = [face(), face((80, 20)), face((500, 300), name="x" * 60)]
    heights = [parsing_sheet(faces[:n], CLASSES, PALETTE).shape[0] for n in (1, 2, 3)]
    steps = np.diff(heights)
    assert steps[0] == steps[1] >= TILE


def test_sheet_shows_classes_in_their_colours():
    one = face((TILE, TILE))
    sheet = parsing_sheet([one], CLASSES, PALETTE)
    skin = mask_overlay(one.image, one.truth, PALETTE)[15, 0]
    assert (sheet == skin).all(axis=-1).sum() >= 30 * TILE
    assert (sheet == PALETTE[2]).all(axis=-1).any()  # the legend


def test_empty_sheet_is_refused():
    with pytest.raises(ValueError, match="needs rows"):
        parsing_sheet([], CLASSES, PALETTE)


@pytest.mark.parametrize("width", [60, 900])
def test_legend_holds_every_colour_at_any_width(width):
    legend = class_legend(CLASSES, PALETTE, width)
    assert legend.shape[1] == width
    for colour in PALETTE:
        assert (legend == colour).all(axis=-1).sum() >= 12 * 16


def test_cells_darken_with_their_share_and_absent_classes_stay_white():
    confusion = np.array([[90, 10, 0], [50, 50, 0], [0, 0, 0]])
    picture = confusion_picture(confusion, CLASSES)
    head = picture.shape[1] - 8 - 3 * CELL
    corners = [
        [picture[head + i * CELL + 3, head + j * CELL + 3].sum() for j in range(3)]
        for i in range(3)
    ]
    assert corners[0][0] < corners[1][0] == corners[1][1] < corners[0][1] < 765
    assert corners[0][2] == 765 and corners[2] == [765] * 3


def test_stack_keeps_every_picture():
    first, second = np.zeros((3, 5, 3), np.uint8), np.ones((2, 2, 3), np.uint8)
    both = stack(first, second)
    np.testing.assert_array_equal(both[:3], first)
    np.testing.assert_array_equal(both[3:, :2], second)
    assert (both[3:, 2:] == 255).all()
