import numpy as np
import pytest

from mcf.detection import BoxesFromFile
from mcf.inference.faces import FaceFinder, given_faces
from mcf.inference.photos import Photo

from .conftest import BrightSquares

PHOTO = Photo("a.jpg", np.zeros((60, 80, 3), np.uint8))
NAN, INF = float("nan"), float("inf")


def test_given_boxes_are_taken_as_they_are():
    found = given_faces(PHOTO, [[1, 2, 30, 40], [-5, -5, 90, 70]], np.ones((2, 5, 2)))
    assert found.origin == "given" and len(found.faces) == 2
    np.testing.assert_array_equal(found.faces[0].box, [1, 2, 30, 40])
    assert found.faces[1].score == 1 and found.faces[1].points.shape == (5, 2)
    (face,) = given_faces(PHOTO, (1, 2, 30, 40)).faces
    assert face.points is None
    assert given_faces(PHOTO, []).faces == given_faces(PHOTO, np.zeros((0, 4))).faces


@pytest.mark.parametrize(
    ("boxes", "points"),
    [
        ([[NAN, 0, 5, 5]], None),
        ([[0, 0, INF, 5]], None),
        ([[5, 5, 5, 9]], None),
        ([[9, 9, 2, 2]], None),
        ([[100, 0, 120, 20]], None),
        ([[0, 0, 1e30, 1e30]], None),
        ([[0, 0, 5]], None),
        ([[0, 0, 9, 9], [0, 0]], None),
        ([0, 0, 9, 9, 9], None),
        ("box", None),
        ([[0, 0, 9, 9]], [[1, 2]]),
        ([[0, 0, 9, 9]], np.full((1, 5, 2), NAN)),
        ([[0, 0, 9, 9]], np.ones((2, 5, 2))),
        (object(), None),
    ],
)
def test_boxes_that_cannot_be_are_refused_with_the_name(boxes, points):
    with pytest.raises(ValueError, match=r"a\.jpg: "):
        given_faces(PHOTO, boxes, points)


def test_without_detector_the_photo_is_the_face():
    found = FaceFinder(None).find(PHOTO)
    assert found.origin == "whole"
    np.testing.assert_array_equal(found.faces[0].box, [-0.5, -0.5, 79.5, 59.5])


def test_any_settings_that_open_a_detector_will_do(photos):
    found = FaceFinder(BrightSquares()).find(Photo("b", photos[3]))
    assert found.origin == "detected" and len(found.faces) == 3


def test_unknown_detector_is_refused():
    with pytest.raises(ValueError, match="no detector 'haar'"):
        FaceFinder("haar")


def test_retinaface_finds_a_drawn_face():
    pytest.importorskip("retinaface")
    from mcf.drawn_faces import draw_face

    drawn = draw_face(3, size=160)
    photo = np.full((300, 400, 3), 90, np.uint8)
    photo[100:260, 200:360] = drawn.image[..., ::-1]
    (face,) = FaceFinder("retinaface").find(Photo("c", photo)).faces
    points = np.add(drawn.landmarks68, (200, 100))
    assert (face.box[:2] < points.mean(axis=0)).all()
    assert (points.mean(axis=0) < face.box[2:]).all()


def test_boxes_from_a_file_are_refused():
    with pytest.raises(ValueError, match="give them as boxes="):
        FaceFinder(BoxesFromFile("index"))


def test_boxes_and_points_of_stored_pixels_follow_the_turned_photo():
    """Stored 60 x 80 with orientation 6, upright 80 x 60 (the photo's)."""
    turned = Photo("a.jpg", PHOTO.image, orientation=6)
    five = np.array([(2.0, 3), (6, 3), (4, 5), (3, 7), (5, 7)])
    found = given_faces(turned, [-0.5, -0.5, 59.5, 79.5], five, frame="stored")
    np.testing.assert_array_equal(found.faces[0].box, [-0.5, -0.5, 79.5, 59.5])
    np.testing.assert_array_equal(found.faces[0].points[0], [76, 2])
    upright = given_faces(turned, [1, 2, 30, 40])
    np.testing.assert_array_equal(upright.faces[0].box, [1, 2, 30, 40])
