import numpy as np
import pytest

from mcf.visualization.canvas import GAP, picture_table, resize, write


def tile(value: int, height: int = 30, width: int = 40) -> np.ndarray:
    return np.full((height, width, 3), value, np.uint8)


def test_pictures_stand_in_rows_and_columns():
    page = picture_table([[tile(10), tile(20)], [tile(30), tile(40)]], ["a", "b"])
    places = {v: np.argwhere((page == v).all(-1)).min(0).tolist() for v in (10, 20, 30)}
    assert places[20] == [places[10][0], GAP + 40 + GAP]
    assert places[30] == [places[10][0] + 30 + GAP, GAP]
    for value in (10, 20, 30, 40):
        assert (page == value).all(-1).sum() == 30 * 40


def test_each_title_is_written_above_its_own_column():
    pictures = [tile(90), tile(90)]
    empty = picture_table([pictures], ["", ""])
    left = picture_table([pictures], ["title", ""])
    changed = np.argwhere((empty != left).any(-1))
    first_row = np.argwhere((empty == 90).all(-1)).min(0)[0]
    assert len(changed) > 20
    assert changed[:, 0].max() < first_row and changed[:, 1].max() < GAP + 40


def test_long_title_shrinks_to_its_column():
    page = picture_table([[tile(90), tile(90)]], ["", "a very long title, really"])
    letters = np.argwhere(page[:20].min(-1) < 200)
    assert letters[:, 1].min() >= GAP + 40
    assert letters[:, 1].max() < page.shape[1]


def test_legend_lies_below_at_the_right_and_may_be_too_wide():
    narrow = picture_table([[tile(90)]], ["t"], legend=tile(50, 5, 10))
    assert (narrow[-GAP - 5 : -GAP, -GAP - 10 : -GAP] == 50).all()
    wide = picture_table([[tile(90)]], ["t"], legend=tile(50, 5, 1000))
    assert wide.shape[1] == 40 + 2 * GAP


@pytest.mark.parametrize("rows", [[], [[tile(1)]]])
def test_rows_must_fill_the_columns(rows):
    with pytest.raises(ValueError, match="rows of 2 pictures"):
        picture_table(rows, ["a", "b"])


def test_resize_averages_down_and_keeps_flat_areas_up():
    stripes = np.zeros((4, 4, 3), np.uint8)
    stripes[:, ::2] = 200
    assert (resize(stripes, 2, 2) == 100).all()
    assert (resize(tile(77), 90, 70) == 77).all()


def test_write_leaves_the_given_image_alone():
    image = tile(255)
    written = write(image, "x", at=(20, 15))
    assert (image == 255).all() and (written < 100).any()
