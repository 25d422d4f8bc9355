import cv2
import numpy as np
import pytest

from mcf.crops.face import Face
from mcf.preparation.measures import (
    face_size,
    picture_hash,
    roll_and_turn,
    sharpness,
    small_grey,
)
from tests.test_preparation.faces import photo


def test_size_is_the_shorter_side():
    assert face_size(Face(np.array([1.5, 2, 11.5, 32]), 1)) == 10


def test_frontal_face_has_no_roll_and_no_turn():
    points = np.array([(10, 20), (30, 20), (20, 30), (12, 40), (28, 40)])
    assert roll_and_turn(points) == (0, 0)


@pytest.mark.parametrize(("nose", "turn"), [(30, 1), (10, -1), (25, 0.5), (34, 1.4)])
def test_turn_is_the_place_of_the_nose_between_the_eyes(nose, turn):
    points = np.array([(10.0, 20), (30, 20), (nose, 33), (0, 0), (0, 0)])
    angle = np.radians(20)
    rotation = np.array(
        [[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]]
    )
    roll, turned = roll_and_turn(points @ rotation)
    assert roll == pytest.approx(20)
    assert turned == pytest.approx(turn)


def test_coinciding_eyes_give_numbers():
    assert np.isfinite(roll_and_turn(np.ones((5, 2)))).all()


def test_blurring_lowers_sharpness():
    image = photo(0, width=224, height=224)
    image[::4] //= 2
    blurred = cv2.GaussianBlur(image, (0, 0), 4)
    assert sharpness(small_grey(blurred)) < 0.2 * sharpness(small_grey(image))
    assert sharpness(small_grey(np.full_like(image, 9))) == 0


def test_hash_survives_size_brightness_and_compression_but_not_another_picture():
    image = photo(1, width=256, height=256)
    dark = (image * 0.7).astype(np.uint8)
    _, data = cv2.imencode(".jpg", cv2.resize(dark, (120, 120)), [1, 50])
    again = cv2.imdecode(data, cv2.IMREAD_COLOR)
    differing = [
        bin(picture_hash(small_grey(image)) ^ picture_hash(small_grey(other))).count(
            "1"
        )
        for other in (again, photo(2, width=256, height=256))
    ]
    assert differing[0] <= 3 < 15 < differing[1]


def test_hash_of_a_ramp_has_all_bits():
    ramp = np.tile(np.arange(0, 252, 4, dtype=np.uint8), (64, 1))
    ramp = np.repeat(ramp[..., None], 3, 2)
    assert picture_hash(small_grey(ramp)) == 2**64 - 1
    assert picture_hash(small_grey(ramp[:, ::-1].copy())) == 0
