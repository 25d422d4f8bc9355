import numpy as np
import pytest

from mcf.drawn_faces.canvas import Canvas

SQUARE = np.array([(0.25, 0.25), (0.75, 0.25), (0.75, 0.75), (0.25, 0.75)])
RED = np.array([1.0, 0.0, 0.0])


def painted(canvas: Canvas) -> np.ndarray:
    return canvas.finished_image()


def test_filled_square_covers_its_area_in_image_and_labels():
    canvas = Canvas(32)
    canvas.blend(canvas.cover(SQUARE), RED)
    canvas.mark(SQUARE, 7)
    image, labels = painted(canvas), canvas.finished_labels()
    assert image[..., 0].mean() == pytest.approx(0.25, abs=0.03)
    assert image[..., 1:].max() == 0
    assert labels[8:24, 8:24].min() == 7
    assert (labels == 7).mean() == pytest.approx(0.25, abs=0.04)


def test_opacity_and_repeated_paint_follow_the_over_rule():
    canvas = Canvas(16)
    canvas.blend(canvas.cover(SQUARE), RED, 0.5)
    canvas.blend(canvas.cover(SQUARE), RED, 0.5)
    assert painted(canvas)[8, 8, 0] == pytest.approx(0.75, abs=0.01)


def test_multiplying_darkens_by_the_factor():
    canvas = Canvas(16)
    canvas.image[:] = 0.8
    canvas.multiply(canvas.cover(SQUARE), np.array([0.5, 1.0, 0.0]))
    assert painted(canvas)[8, 8] == pytest.approx([0.4, 0.8, 0.0], abs=0.01)
    assert painted(canvas)[1, 1] == pytest.approx([0.8, 0.8, 0.8], abs=0.01)


def test_clipped_shape_stays_inside():
    canvas = Canvas(32)
    canvas.blend(canvas.cover(SQUARE + 0.25, blur=0.05, within=(SQUARE,)), RED)
    red = painted(canvas)[..., 0]
    assert red[20, 20] > 0.5
    assert red[25:].max() < 0.01 and red[:, 25:].max() < 0.01


@pytest.mark.parametrize("blur", [0.01, 0.05])
def test_blur_keeps_the_amount_of_paint(blur):
    canvas = Canvas(64)
    canvas.blend(canvas.cover(0.5 + 0.3 * (SQUARE - 0.5), blur=blur), RED)
    assert painted(canvas)[..., 0].mean() == pytest.approx(0.0225, rel=0.15)


def test_shape_outside_the_image_paints_nothing():
    canvas = Canvas(16)
    canvas.blend(canvas.cover(SQUARE + 5, blur=0.05), RED)
    canvas.blend(canvas.trace(SQUARE - 5, width=0.05), RED)
    assert painted(canvas).max() == 0
