import numpy as np
import pytest

from mcf.visualization import masks as sheets
from mcf.visualization.masks import SIDE, mask_sheet
from mcf.visualization.overlays import HIDDEN, heat_overlay

GRID = (1, 2)
MASKS = {"left": np.array([[1, 0], [1, 0]]), "other": np.array([[0, 1], [1, 1]])}


@pytest.fixture
def faces() -> np.ndarray:
    random = np.random.default_rng(0)
    return random.integers(0, 90, (2, SIDE, SIDE, 3), dtype=np.uint8)


@pytest.fixture
def table(monkeypatch) -> None:
    """Lets ``mask_sheet`` return rows and titles instead of a page of them."""
    monkeypatch.setattr(sheets, "picture_table", lambda rows, titles: (rows, titles))


def half(picture: np.ndarray, index: int) -> np.ndarray:
    return np.split(picture, 2, axis=1)[index]


@pytest.mark.usefixtures("table")
def test_hidden_cells_are_painted_below_the_title_of_their_mask(faces):
    rows, titles = mask_sheet(faces, MASKS, GRID)
    assert titles == ["input", "left\n50% visible", "other\n25% visible"]
    for i, row in enumerate(rows):
        np.testing.assert_array_equal(row[0], faces[i])
        for picture, mask in zip(row[1:], MASKS.values(), strict=True):
            for cell in range(2):
                hidden = (half(picture, cell) == HIDDEN).all()
                seen = (half(picture, cell) == half(faces[i], cell)).all()
                assert (hidden, seen) == (mask[i, cell], 1 - mask[i, cell])


@pytest.mark.usefixtures("table")
def test_attention_is_beside_the_input_on_a_scale_of_its_image(faces):
    attention = np.array([[4.0, 1.0], [0.1, 0.4]])
    rows, titles = mask_sheet(faces, MASKS, GRID, attention=attention)
    assert titles[:3] == ["input", "attention", "left\n50% visible"]
    for face, row, scaled in zip(faces, rows, ([1, 0.25], [0.25, 1]), strict=True):
        np.testing.assert_array_equal(row[1], heat_overlay(face, np.array([scaled])))
        assert (half(row[2], 0) == HIDDEN).all()
