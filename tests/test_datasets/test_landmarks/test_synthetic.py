import pickle

import numpy as np
import pytest

from mcf.datasets.landmarks import SyntheticLandmarks
from mcf.datasets.stores.drawn_store import SyntheticFaceStore


def faces(**settings):
    return SyntheticLandmarks(**dict(length=3, size=48) | settings)


@pytest.mark.parametrize(("points", "schema"), [(68, "ibug68"), (98, "wflw98")])
def test_points_and_pixels_are_those_of_the_drawing(points, schema):
    dataset = faces(points=points, seed=2, split="val")
    assert dataset.schema.name == schema
    drawn = SyntheticFaceStore(3, 48, seed=7).face(1)
    info = dataset.get_data_info(1)
    expected = getattr(drawn, f"landmarks{points}")
    np.testing.assert_array_equal(info["keypoints"][0], expected)
    np.testing.assert_array_equal(info["img"][..., ::-1], drawn.image)


def test_splits_and_seeds_share_no_face():
    seen = set()
    for seed in (1, 2):
        for split in SyntheticLandmarks.SPLITS:
            dataset = faces(split=split, seed=seed)
            seen |= {dataset.get_data_info(i)["img"].tobytes() for i in range(3)}
    assert len(seen) == 18


def test_same_settings_give_the_same_faces_and_travel_to_workers():
    first, second = faces(), pickle.loads(pickle.dumps(faces()))
    for i in range(3):
        a, b = first.get_data_info(i), second.get_data_info(i)
        np.testing.assert_array_equal(a["img"], b["img"])
        np.testing.assert_array_equal(a["keypoints"], b["keypoints"])


def test_subsets_say_whether_a_point_is_covered_and_masking_is_a_choice():
    for mask_hidden in (False, True):
        dataset = faces(length=24, mask_hidden=mask_hidden)
        infos = [dataset.get_data_info(i) for i in range(24)]
        assert {info["subsets"][0] for info in infos} == {"free", "occluded"}
        for info in infos:
            covered = mask_hidden and info["subsets"][0] == "occluded"
            assert (info["keypoints_visible"].min() == 0) == covered


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (dict(points=5), r"points=5.*68, 98"),
        (dict(split="all"), "no split 'all'"),
        (dict(seed=0), "seed=0 must be at least 1"),
    ],
)
def test_wrong_settings_are_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        faces(**settings)


def test_nothing_is_drawn_before_it_is_asked_for(monkeypatch):
    drawn = []
    face = SyntheticFaceStore.face
    monkeypatch.setattr(
        SyntheticFaceStore, "face", lambda self, i: drawn.append(i) or face(self, i)
    )
    dataset = faces(length=8000)
    assert len(dataset) == 8000 and dataset.metainfo["dataset_name"] == "synthetic"
    assert not drawn
    assert dataset.get_data_info(7999)["id"] == 7999
    dataset.get_data_info(-1)
    assert drawn == [7999]


def test_a_subset_has_the_faces_of_the_whole():
    chosen, whole = faces(indices=[2]), faces()
    assert len(chosen) == 1
    first, same = chosen.get_data_info(0), whole.get_data_info(2)
    assert first["sample_name"] == same["sample_name"]
    np.testing.assert_array_equal(first["img"], same["img"])
