import json

import numpy as np
import pytest
from PIL import Image

from mcf.crops.boxes import landmark_square
from mcf.datasets.landmarks import LandmarkFile, base
from mcf.datasets.landmarks.detected_boxes import DetectedBoxes
from mcf.utils.decoding import UPRIGHT_BY_ORIENTATION
from tests.replicas import noise_points, write_image


@pytest.fixture
def faces(tmp_path):
    """COCO-style content of two faces on one image, as a writer of variants."""
    write_image(tmp_path / "images/7_1.jpg", seed=0)
    points = noise_points(19, seed=1)
    keypoints = np.concatenate([points, np.full((19, 1), 2)], axis=1)
    keypoints[3, 2], keypoints[4, 2] = 0, 1
    content = {
        "images": [{"id": 5, "file_name": "7_1.jpg"}],
        "annotations": [
            {"id": 8, "image_id": 5, "keypoints": keypoints.ravel().tolist()}
            | {"bbox": [4, 5, 30, 20]},
            {"id": 9, "image_id": 5, "keypoints": keypoints[::-1].ravel().tolist()}
            | {"bbox": [4, 5, 30, 20], "center": [20, 30], "scale": 0.1},
        ],
    }

    def read(change=lambda annotations: None, **options):
        change(content["annotations"])
        (tmp_path / "faces.json").write_text(json.dumps(content))
        options = {"schema": "aflw19", "img_dir": "images"} | options
        return LandmarkFile(tmp_path, "faces.json", **options), points

    return read


def test_json_gives_points_ids_and_image(faces):
    dataset, points = faces()
    first, second = dataset[0], dataset[1]
    np.testing.assert_allclose(first["keypoints"], points[None], atol=1e-5)
    assert (first["id"], second["id"], first["img_id"], second["img_id"]) == (
        0,
        1,
        0,
        0,
    )
    assert first["img_path"].endswith("images/7_1.jpg")
    assert dataset.metainfo["dataset_name"] == "faces"
    assert dataset.metainfo["landmark_schema"] == "aflw19"


def test_centre_and_scale_win_over_the_box(faces):
    dataset, _ = faces(box="annotated")
    assert dataset[0]["bbox"].tolist() == [[3.5, 4.5, 33.5, 24.5]]
    assert dataset[1]["bbox"].tolist() == [[10, 20, 30, 40]]


def test_origin_shifts_points_and_boxes(faces):
    dataset, points = faces(origin=1, box="annotated")
    np.testing.assert_allclose(dataset[0]["keypoints"], points[None] - 1, atol=1e-5)
    assert dataset[0]["bbox"].tolist() == [[2.5, 3.5, 32.5, 23.5]]


def test_unlabelled_points_are_masked_and_occluded_are_not(faces):
    dataset, _ = faces()
    assert dataset[0]["keypoints_visible"].tolist() == [[1, 1, 1, 0, *[1] * 15]]


def test_photo_pattern_keeps_crops_together(faces):
    dataset, _ = faces(photo_pattern=r"^(\d+)_")
    assert dataset.photo("images/7_1.jpg") == "7"
    dataset, _ = faces(photo_pattern=r"^x(\d+)_", lazy_init=True)
    with pytest.raises(ValueError, match=r"photo_pattern=.*found in '7_1\.jpg'"):
        dataset.photo("images/7_1.jpg")


def _set(number, **fields):
    def change(annotations):
        annotations[number].update(fields)

    return change


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (_set(1, keypoints=[]), r"annotation 1 \(id 9\): has no points, but 19"),
        (_set(1, keypoints=[1, 2]), "annotation 1 cannot be read"),
        (_set(0, keypoints=[float("nan")] * 57), r"\(id 8\): has no labelled point"),
        (_set(0, bbox=[4, 5, 0, 9]), r"\(id 8\): box .* has no size"),
        (_set(0, image_id=6), "annotation 0 cannot be read: KeyError"),
    ],
)
def test_bad_annotation_is_named(faces, change, fault):
    with pytest.raises(ValueError, match=fault):
        faces(change, box="annotated")


@pytest.mark.parametrize(
    ("options", "fault"),
    [
        ({"schema": "aflw"}, "no landmark schema 'aflw'"),
        ({"origin": 2}, "origin=2 must be 0 or 1"),
        ({"part": "test"}, "part='test' must be one of None, 'train', 'val'"),
        ({"box": "tight"}, "box='tight' must be one of"),
    ],
)
def test_unknown_option_is_refused(faces, options, fault):
    with pytest.raises(ValueError, match=fault):
        faces(**options)


def test_other_files_are_refused(tmp_path):
    with pytest.raises(ValueError, match=r"'a\.csv' must end in \.json or \.xml"):
        LandmarkFile(tmp_path, "a.csv", schema="aflw19")
    (tmp_path / "a.json").write_text("[]")
    with pytest.raises(ValueError, match=r"a\.json is no COCO-style file"):
        LandmarkFile(tmp_path, "a.json", schema="aflw19")
    (tmp_path / "a.xml").write_text("<dataset>")
    with pytest.raises(ValueError, match=r"a\.xml is no XML file"):
        LandmarkFile(tmp_path, "a.xml", schema="aflw19")


def test_real_helen_faces_are_divided_by_photo(shared):
    root = shared / "data/faces_samples/helen_29"
    options = {"schema": "cofw29", "img_dir": "images", "holdout": 0.2}
    options["photo_pattern"] = r"^(\d+)_\d+\.jpg$"
    parts = [
        LandmarkFile(root, "helen29_train.json", part=part, **options)
        for part in ("train", "val")
    ]
    photos = [
        {part.photo(part[i]["img_path"]) for i in range(len(part))} for part in parts
    ]
    assert len(parts[0]) + len(parts[1]) == 201
    assert len(photos[1]) == round(0.2 * len(photos[0] | photos[1]))
    assert not photos[0] & photos[1]


@pytest.mark.parametrize(
    ("path", "schema", "count"),
    [
        ("300w/test_300w.json", "ibug68", 2),
        ("wflw/test_wflw.json", "wflw98", 4),
        ("aflw/test_aflw.json", "aflw19", 2),
        ("cofw/test_cofw.json", "cofw29", 2),
        ("lapa/test_lapa.json", "lapa106", 2),
        ("300wlp/test_300wlp.json", "ibug68", 2),
    ],
)
@pytest.mark.parametrize("box", ["annotated", "landmarks"])
def test_files_of_mmpose_are_read(shared, path, schema, count, box):
    folder, file = path.split("/")
    root = shared / "data/faces_samples/mmpose_samples" / folder
    dataset = LandmarkFile(root, file, schema=schema, box=box)
    assert len(dataset) == count
    for index in range(count):
        points, bbox = dataset[index]["keypoints"][0], dataset[index]["bbox"][0]
        middle = (bbox[:2] + bbox[2:]) / 2
        assert (abs(points.mean(0) - middle) < (bbox[2:] - bbox[:2]) / 3).all()


def test_dlib_faces_are_read(shared):
    root = shared / "data/faces_samples/dlib_faces_68"
    dataset = LandmarkFile(
        root, "testing_with_face_landmarks.xml", schema="ibug68", box="annotated"
    )
    sample = dataset[0]
    assert len(dataset) == 6 + 3 + 7 + 7 + 2
    assert sample["sample_name"].endswith("2008_002470.jpg box 1")
    assert sample["bbox"].tolist() == [[273.5, 180.5, 325.5, 233.5]]
    assert sample["keypoints"][0, :2].tolist() == [[277, 194], [278, 200]]
    assert dataset[5]["img_id"] == 0 and dataset[6]["img_id"] == 1


def zeros(annotations) -> None:
    """As COCO writes points that nobody labelled: x = y = v = 0."""
    keypoints = np.reshape(annotations[0]["keypoints"], (19, 3))
    keypoints[[0, 7]] = 0
    keypoints[9] = (float("nan"), float("nan"), 2)
    annotations[0]["keypoints"] = keypoints.ravel().tolist()


def test_unlabelled_points_take_no_part_in_the_box(faces):
    dataset, points = faces(zeros, mask_hidden=False)
    sample = dataset[0]
    known = np.delete(points, [0, 3, 7, 9], axis=0)
    np.testing.assert_allclose(sample["bbox"][0], landmark_square(known))
    counted = np.ones(19)
    counted[[0, 3, 7, 9]] = 0
    assert sample["keypoints_visible"][0].tolist() == counted.tolist()
    assert sample["keypoints_labelled"][0].tolist() == (counted > 0).tolist()
    assert np.isfinite(sample["keypoints"]).all()


def unlabelled(annotations) -> None:
    annotations[0]["keypoints"] = [0] * 57


def test_face_without_labelled_point_is_refused_or_left_out(faces, monkeypatch):
    with pytest.raises(ValueError, match=r"\(id 8\): has no labelled point"):
        faces(unlabelled)
    logged = []
    monkeypatch.setattr(base, "print_log", lambda text, **_: logged.append(text))
    dataset, _ = faces(skip_unlabelled=True)
    assert [dataset[i]["id"] for i in range(len(dataset))] == [1]
    assert "1 of 2 faces are left out" in logged[0]


def test_one_labelled_point_needs_an_annotated_box(faces):
    def one(annotations):
        annotations[0]["keypoints"] = [5, 6, 2] + [0] * 54

    with pytest.raises(ValueError, match=r"\(id 8\): one labelled point makes no box"):
        faces(one)
    assert faces(box="annotated")[0][0]["keypoints_visible"].sum() == 1


def test_same_box_is_the_same_in_coco_and_dlib(faces, tmp_path):
    box = 'left="4" top="5" width="30" height="20"'
    parts = "".join(f'<part name="{i}" x="{i}" y="{i % 3}"/>' for i in range(19))
    (tmp_path / "faces.xml").write_text(
        f'<dataset><images><image file="7_1.jpg"><box {box}>{parts}</box></image>'
        "</images></dataset>"
    )
    options = dict(schema="aflw19", img_dir="images", box="annotated")
    dlib = LandmarkFile(tmp_path, "faces.xml", **options)
    coco, _ = faces(box="annotated")
    assert coco[0]["bbox"].tolist() == dlib[0]["bbox"].tolist()


@pytest.mark.parametrize("orientation", range(1, 9))
def test_boxes_of_stored_pixels_follow_a_turned_photo(faces, tmp_path, orientation):
    """Of a photo of 48 x 40 stored pixels, the box [3.5, 1.5, 33.5, 31.5]."""
    faces()
    stored = Image.new("RGB", (48, 40))
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored.save(tmp_path / "images/7_1.jpg", exif=exif)
    upright = np.zeros((40, 48, 3), np.uint8)
    upright[2:32, 4:34] = 255
    turn = UPRIGHT_BY_ORIENTATION.get(orientation, lambda pixels: pixels)
    rows, columns = np.nonzero(turn(upright)[..., 0])
    expected = [columns.min() - 0.5, rows.min() - 0.5]
    expected += [columns.max() + 0.5, rows.max() + 0.5]
    entry = {"image": "images/7_1.jpg", "box": [3.5, 1.5, 33.5, 31.5], "score": 0.9}
    path = tmp_path / "boxes.json"
    path.write_text(json.dumps([entry | {"frame": "stored"}]))
    found = DetectedBoxes(path, "annotated", tmp_path)
    box, score = found.match("images/7_1.jpg", np.array(expected, float))
    assert box.tolist() == expected and score == 0.9
    path.write_text(json.dumps([entry | {"frame": "turned"}]))
    with pytest.raises(ValueError, match="frame='turned' must be one of upright"):
        DetectedBoxes(path, "annotated", tmp_path)
