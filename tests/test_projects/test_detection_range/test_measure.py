import numpy as np
import pytest

from mcf.crops.face import Face
from projects.detection_range.measure import framed, rates, resized, table


def bright_square(picture: np.ndarray, source) -> list[Face]:
    """A detector of what is brighter than grey, blind below 40 pixels."""
    rows, columns = np.nonzero(picture[..., 0] > 200)
    if len(rows) == 0 or np.ptp(rows) < 40:
        return []
    box = np.array([columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]) - 0.5
    face = Face(box, 0.9)
    return [face, face] if np.ptp(rows) > 300 else [face]


@pytest.fixture
def photo() -> np.ndarray:
    image = np.zeros((200, 160, 3), np.uint8)
    image[40:140, 40:140] = 255
    return image


def test_recall_and_duplicates_are_those_of_the_detector(photo):
    places = {side: rates(bright_square, [photo], lambda p: resized(p, side))  # noqa: B023
              for side in (64, 400, 800)}  # fmt: skip
    assert places == {64: (0, 0), 400: (1, 0), 800: (1, 1)}


def test_a_face_elsewhere_is_no_hit(photo):
    find = bright_square

    def mirrored(picture):
        image, scale = resized(picture[:, ::-1], 400)
        return np.pad(image, [(0, 0), (300, 0), (0, 0)]), scale

    assert rates(find, [photo], mirrored).recall == 0


def test_a_photo_in_a_frame_lies_in_its_corner(photo):
    picture, scale = framed(photo, 100, (300, 150))
    assert picture.shape == (150, 300, 3) and scale == 0.5
    assert (picture[:, 80:] == 128).all() and picture[40, 40, 0] == 255


def test_the_table_has_a_row_for_each_size(photo):
    lines = list(table(bright_square, [photo]))
    assert lines[0].startswith("| side of the photo")
    assert "| 4,000 | the photo | 100% | 1.00 |" in lines
