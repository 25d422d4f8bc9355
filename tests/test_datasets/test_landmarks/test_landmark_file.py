import json

import numpy as np
import pytest

from mcf.datasets.landmarks import LandmarkFile
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
    assert dataset[0]["bbox"].tolist() == [[4, 5, 34, 25]]
    assert dataset[1]["bbox"].tolist() == [[10, 20, 30, 40]]


def test_origin_shifts_points_and_boxes(faces):
    dataset, points = faces(origin=1, box="annotated")
    np.testing.assert_allclose(dataset[0]["keypoints"], points[None] - 1, atol=1e-5)
    assert dataset[0]["bbox"].tolist() == [[3, 4, 33, 24]]


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
        (_set(0, keypoints=[float("nan")] * 57), r"\(id 8\): points .* not finite"),
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
