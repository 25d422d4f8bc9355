import numpy as np
import pytest

from mcf.apis import load_backbone_model
from mcf.probing import LandmarkProbe, landmark_faces

pytestmark = pytest.mark.usefixtures("quick_runs")
FACES = dict(type="mcf.SyntheticLandmarks", split="test", length=12, size=64)


@pytest.fixture(scope="module")
def backbone(exported):
    return load_backbone_model(exported)


def test_crops_show_the_points_they_are_said_to_have():
    faces = landmark_faces(FACES, size=32)
    assert {image.shape for image in faces.images} == {(32, 32, 3)}
    assert faces.points.shape == (12, 68, 2) and faces.eyes == (36, 45)
    assert 0 < faces.points.min() < faces.points.max() < 1
    assert "leak" in faces.note


def test_crops_depend_on_the_seed_alone():
    first, again, other = (
        landmark_faces(FACES, size=32, seed=s).points for s in (3, 3, 4)
    )
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_helen_has_its_eyes_and_photos(shared):
    helen = dict(
        type="mcf.LandmarkFile",
        data_root=str(shared / "data/faces_samples/helen_29"),
        ann_file="helen29_train.json",
        schema="cofw29",
        img_dir="images",
        photo_pattern=r"^(\d+)_\d+\.jpg$",
    )
    faces = landmark_faces(helen, size=16)
    assert len(set(faces.photos)) == 179
    assert faces.points.shape == (201, 29, 2) and faces.eyes == (8, 9)
    left, right, chin = (faces.points[:, i] for i in (8, 9, 28))
    assert (left[:, 0] < right[:, 0]).all()
    assert (chin[:, 1] > np.maximum(left[:, 1], right[:, 1])).mean() > 0.99
    assert 0.2 < np.linalg.norm(left - right, axis=-1).mean() < 0.6


def test_same_backbone_gives_the_same_scores(backbone):
    probe = LandmarkProbe(FACES, folds=3, neighbours=2)
    first = probe(backbone)
    assert set(first) == {"landmarks/ridge_nme", "landmarks/knn_nme"}
    assert first == probe(backbone) and all(v > 0 for v in first.values())


def test_neighbours_can_be_left_out(backbone):
    probe = LandmarkProbe(FACES, folds=3, neighbours=None, prefix="drawn ")
    assert set(probe(backbone)) == {"drawn ridge_nme"}
