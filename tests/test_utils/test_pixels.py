import numpy as np
import pytest

from mcf.datasets.transforms import BadImageError, decode_image
from mcf.utils.pixels import encode_pixels, view_pixels
from tests.test_datasets.face_files import encode, smooth_image

LIMITS = dict(min_size=4, max_pixels=1000, max_aspect=3.0)


@pytest.fixture
def rgb():
    return smooth_image(0, 20, 30)


def test_pixels_come_back(rgb):
    np.testing.assert_array_equal(view_pixels(encode_pixels(rgb[..., ::-1])), rgb)


def test_any_program_reads_them(rgb):
    assert encode_pixels(rgb[..., ::-1]) == encode(rgb, "PPM")


@pytest.mark.parametrize("data", [b"", b"P6", b"P6\n2 2\n255\n" + bytes(11)])
def test_other_bytes_are_left_to_others(data):
    assert view_pixels(data) is None


def test_an_image_of_no_pixels_is_not_one():
    with pytest.raises(BadImageError, match="too small"):
        decode_image(b"P6\n0 9\n255\n", **LIMITS)


def test_decoded_image_is_bgr_and_writable(rgb):
    image = decode_image(encode_pixels(rgb[..., ::-1]), **LIMITS)
    np.testing.assert_array_equal(image, rgb[..., ::-1])
    image[0] = 0


@pytest.mark.parametrize(
    ("height", "width", "reason"),
    [(2, 5, "too small"), (40, 40, "too large"), (5, 40, "too elongated")],
)
def test_limits_hold(height, width, reason):
    data = encode_pixels(smooth_image(0, height, width))
    with pytest.raises(BadImageError, match=reason):
        decode_image(data, **LIMITS)


def test_cut_pixels_are_refused(rgb):
    with pytest.raises(BadImageError, match="damaged"):
        decode_image(encode_pixels(rgb)[:-1], **LIMITS)
