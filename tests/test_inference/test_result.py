import json
import re
from dataclasses import replace

import cv2
import numpy as np
import pytest
from PIL import Image

from mcf.datasets.parsing.class_sets import LAPA, ClassSet
from mcf.inference import FaceResult, LabelRegion, Landmarks, Parsing
from mcf.inference.result_files import is_result

FACES = 2


@pytest.fixture
def result() -> FaceResult:
    rng = np.random.default_rng(0)
    image = rng.integers(0, 256, (60, 80, 3), dtype=np.uint8)
    labels = rng.integers(1, 11, (20, 30), dtype=np.uint8)
    return FaceResult(
        source="photos/a.jpg",
        size=(80, 60),
        boxes=np.array([(5, 6, 40, 50), (-3, 10, 90, 70)], np.float32),
        scores=np.array([0.9, 0.1], np.float32),
        landmarks=Landmarks(
            "cofw29",
            rng.uniform(0, 60, (FACES, 29, 2)).astype(np.float32),
            rng.random((FACES, 29), dtype=np.float32),
        ),
        parsing=Parsing(LAPA, (LabelRegion(labels, 7, 9), empty_region())),
        embeddings=rng.normal(size=(FACES, 5)).astype(np.float32),
        timings={"read": 0.25},
        image=image,
    )


def empty_region() -> LabelRegion:
    return LabelRegion(np.zeros((0, 0), np.uint8))


def empty_result() -> FaceResult:
    return FaceResult(
        source="image 0",
        size=(8, 9),
        boxes=np.zeros((0, 4), np.float32),
        scores=np.zeros(0, np.float32),
        landmarks=Landmarks(
            "ibug68", np.zeros((0, 68, 2), np.float32), np.zeros((0, 68), np.float32)
        ),
        parsing=Parsing(LAPA, ()),
        embeddings=np.zeros((0, 7), np.float32),
        image=np.zeros((9, 8, 3), np.uint8),
    )


def test_json_gives_the_same_numbers_back(result):
    again = FaceResult.from_json(result.to_json())
    assert (again.source, again.size) == (result.source, result.size)
    assert again.timings == result.timings and again.image is None
    for name in ("boxes", "scores", "embeddings"):
        np.testing.assert_array_equal(getattr(again, name), getattr(result, name))
        assert getattr(again, name).dtype == np.float32
    assert again.landmarks.schema == "cofw29"
    np.testing.assert_array_equal(again.landmarks.points, result.landmarks.points)
    np.testing.assert_array_equal(again.landmarks.scores, result.landmarks.scores)
    assert again.parsing.class_set == LAPA
    for face in range(FACES):
        np.testing.assert_array_equal(again.mask(face), result.mask(face))


def test_no_face_keeps_the_shapes():
    again = FaceResult.from_json(empty_result().to_json())
    assert len(again) == 0 and again.boxes.shape == (0, 4)
    assert again.landmarks.points.shape == (0, 68, 2)
    assert again.landmarks.scores.shape == (0, 68)
    assert again.embeddings.shape == (0, 7) and again.parsing.faces == ()


def test_tasks_that_were_not_asked_for_stay_away(result):
    bare = replace(result, landmarks=None, parsing=None, embeddings=None)
    content = json.loads(bare.to_json())
    assert not {"landmarks", "parsing", "embeddings"} & set(content)
    again = FaceResult.from_json(bare.to_json())
    assert again.landmarks is again.parsing is again.embeddings is None
    with pytest.raises(ValueError, match="parsing was not asked for"):
        again.mask(0)


def test_mask_lies_where_the_region_is(result):
    mask = result.mask(0)
    assert mask.shape == (60, 80) and mask.dtype == np.uint8
    np.testing.assert_array_equal(mask[9:29, 7:37], result.parsing.faces[0].labels)
    assert np.count_nonzero(mask) == 20 * 30 and not result.mask(1).any()
    with pytest.raises(ValueError, match="no face 2, it has 2"):
        result.mask(2)


def test_numbers_that_are_none_are_refused(result):
    broken = replace(result, scores=np.array([np.nan, 1], np.float32))
    with pytest.raises(ValueError, match="not JSON compliant"):
        broken.to_json()


@pytest.mark.parametrize(
    "change",
    [
        lambda text: "",
        lambda text: "[]",
        lambda text: "null",
        lambda text: text[: len(text) // 2],
        lambda text: text.replace("FaceResult/1", "FaceResult/9"),
        lambda text: text.replace('"left": 7', '"left": 70'),
        lambda text: text.replace('"png": "', '"png": "AAAA'),
        lambda text: text.replace('"count": 29', '"count": 28'),
        lambda text: text.replace('"size": [80, 60]', '"size": 3'),
        lambda text: text.replace('"boxes": [', '"boxes": [[1, 2], '),
    ],
)
def test_other_text_is_refused(result, change):
    text = change(result.to_json())
    assert text != result.to_json()
    with pytest.raises(ValueError, match="no JSON of a FaceResult"):
        FaceResult.from_json(text)


def test_picture_shows_parts_boxes_and_points_and_leaves_the_image_alone(result):
    before = result.image.copy()
    picture = result.draw(opacity=1.0)
    np.testing.assert_array_equal(result.image, before)
    assert picture.shape == (60, 80, 3) and picture.dtype == np.uint8
    only_parts = replace(result, boxes=result.boxes[:0], landmarks=None).draw(
        opacity=1.0
    )
    labels = result.parsing.faces[0].labels
    np.testing.assert_array_equal(
        only_parts[9:29, 7:37], np.array(LAPA.palette)[labels]
    )
    np.testing.assert_array_equal(only_parts[40:], before[40:, :, ::-1])
    x, y = np.round(result.landmarks.points[0, 0]).astype(int)
    assert tuple(picture[y, x]) != tuple(only_parts[y, x])


def test_picture_needs_the_image(result):
    without = replace(result, image=None)
    with pytest.raises(ValueError, match="give the image to draw on"):
        without.draw()
    np.testing.assert_array_equal(without.draw(result.image), result.draw())
    with pytest.raises(ValueError, match="80 x 60 pixels"):
        without.draw(np.zeros((5, 5, 3), np.uint8))


def test_saved_files_hold_the_result(result, tmp_path):
    text, picture = result.save(tmp_path / "new")
    assert (text.name, picture.name) == ("a.json", "a.jpg")
    assert FaceResult.from_json(text.read_bytes()).to_json() == result.to_json()
    _, encoded = cv2.imencode(".jpg", result.draw()[..., ::-1])
    np.testing.assert_array_equal(
        cv2.imread(str(picture)), cv2.imdecode(encoded, cv2.IMREAD_COLOR)
    )
    assert is_result(text) and is_result(picture)
    assert Image.open(picture).info["comment"] == b'{"format": "mcf.FaceResult/1"}'
    assert [path.name for path in result.save(tmp_path, name="b/c", picture=False)] == [
        "c.json"
    ]
    assert sorted(path.name for path in tmp_path.rglob("*.*")) == [
        "a.jpg",
        "a.json",
        "c.json",
    ]


def test_photo_is_never_replaced_by_its_own_picture(result, tmp_path):
    photo = tmp_path / "a.jpg"
    photo.write_bytes(b"the photo")
    own = replace(result, source=str(photo))
    with pytest.raises(ValueError, match=r"would replace the image .*a\.jpg"):
        own.save(tmp_path)
    assert photo.read_bytes() == b"the photo"
    assert list(tmp_path.iterdir()) == [photo]
    own.save(tmp_path, picture=False)
    own.save(tmp_path, name="other")
    assert photo.read_bytes() == b"the photo"


@pytest.mark.parametrize("name", ["a.json", "a.jpg"])
@pytest.mark.parametrize("source", [None, b"\\q", b"\xff"])
def test_only_files_of_a_result_are_replaced(result, tmp_path, name, source):
    head = b'{"format": "mcf.FaceResult/1", "source": "%b"}'
    content = b"an annotation" if source is None else head % source
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ValueError, match=f"{re.escape(name)}' is there and no result"):
        result.save(tmp_path)
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [content]
    for _ in range(2):
        result.save(tmp_path, name="other")


def test_empty_result_can_be_drawn(tmp_path):
    assert empty_result().draw().shape == (9, 8, 3)
    assert len(empty_result().save(tmp_path)) == 2


def test_frames_of_a_video_get_files_of_their_own(result, tmp_path):
    for frame in range(3):
        replace(result, source=f"films/clip.mp4#{frame}").save(tmp_path)
    names = {path.name for path in tmp_path.glob("*.json")}
    assert names == {f"clip_00000{frame}.json" for frame in range(3)}
    for path in tmp_path.glob("*.json"):
        frame = int(path.stem[-6:])
        again = FaceResult.from_json(path.read_bytes())
        assert again.source == f"films/clip.mp4#{frame}"


@pytest.mark.parametrize("other", ["holiday/a.jpg", "photos/a.png", "a#1.jpg"])
def test_result_of_another_image_is_not_replaced(result, tmp_path, other):
    before = [path.read_bytes() for path in result.save(tmp_path, name="a")]
    with pytest.raises(ValueError, match=r"result of another image, 'photos/a\.jpg'"):
        replace(result, source=other).save(tmp_path, name="a")
    files = (tmp_path / "a.json", tmp_path / "a.jpg")
    assert [path.read_bytes() for path in files] == before
    replace(result, source="./photos/../photos/a.jpg").save(tmp_path)


def test_images_without_a_name_do_not_replace_each_other(tmp_path):
    empty_result().save(tmp_path)
    with pytest.raises(ValueError, match="does not tell whether"):
        empty_result().save(tmp_path)
    for _ in range(2):
        empty_result().save(tmp_path, name="mine")


def test_classes_without_colours_are_drawn_in_colours_of_their_own(result, tmp_path):
    plain = ClassSet("two", ("background", "face"))
    labels = np.ones((20, 30), np.uint8)
    parts = Parsing(plain, (LabelRegion(labels, 7, 9), empty_region()))
    bare = replace(result, boxes=result.boxes[:0], landmarks=None, parsing=parts)
    picture = bare.draw(opacity=1.0)
    assert (picture[9:29, 7:37] == plain.colours[1]).all()
    assert len(replace(result, parsing=parts).save(tmp_path)) == 2


@pytest.mark.parametrize("broken", [dict(image=np.zeros((3, 3, 3), np.uint8)), {}])
def test_all_files_of_a_result_are_written_or_none(result, tmp_path, broken):
    if broken:
        with pytest.raises(ValueError, match="80 x 60 pixels"):
            replace(result, **broken).save(tmp_path)
    else:
        with pytest.raises(OSError, match="name too long"):
            result.save(tmp_path, name="脸" * 84)
    assert list(tmp_path.iterdir()) == []
