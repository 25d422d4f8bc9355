import pytest

pytest.importorskip("pyarrow")

import numpy as np

from mcf.datasets.landmarks.annotation import FaceAnnotation
from mcf.preparation.recall import extent, find_annotated
from tests.test_preparation.faces import HALF, write_photos
from tests.test_preparation.prepared import make_job, make_store

CENTRE = np.array([47.5, 39.5])


def annotation(image: str, half: float, shift: float = 0) -> FaceAnnotation:
    """Landmarks that fill a box about the photos' centre, and one nobody labelled."""
    points = CENTRE + shift + half * np.array([(-1, -1), (1, 1), (0.2, 0), (9, 9)])
    return FaceAnnotation(
        image, image, points, labelled=np.array([True, True, True, False])
    )


def test_every_annotated_face_has_its_fate(tmp_path):
    write_photos(tmp_path / "in", ["nobody-.jpg", "one-.jpg", "two-.jpg"])
    store = make_store(make_job(tmp_path / "in"), tmp_path / "s", where="size > 30")
    faces = [
        annotation("one-.jpg", HALF),
        annotation("one-.jpg", HALF, shift=30),
        annotation("nobody-.jpg", HALF),
        annotation("gone.jpg", HALF),
    ]
    fates = find_annotated(store / "manifest.parquet", faces)
    assert [face for face, _ in fates] == faces
    assert [fate for _, fate in fates] == ["accepted", "missed", "missed", "missed"]
    assert extent(faces[0]) == 2 * HALF
    assert extent(FaceAnnotation("a", "a", np.zeros((0, 2)))) == 0  # a box alone


def test_rejected_face_was_found(tmp_path):
    write_photos(tmp_path / "in", ["one-.jpg", "one-copy.jpg"])
    (tmp_path / "in" / "one-copy.jpg").write_bytes(
        (tmp_path / "in" / "one-.jpg").read_bytes()
    )
    store = make_store(make_job(tmp_path / "in"), tmp_path / "s")
    ((_, fate),) = find_annotated(
        store / "manifest.parquet", [annotation("one-copy.jpg", HALF)]
    )
    assert fate == "duplicate: like face 0"
