import pickle

import cv2
import numpy as np
import pytest

from mcf.datasets.stores.drawn_store import SyntheticFaceStore
from mcf.registry import DATASETS


def decoded(data: bytes) -> np.ndarray:
    return cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)


def test_store_is_built_from_a_config():
    store = DATASETS.build(dict(type="mcf.SyntheticFaceStore", length=3, size=32))
    assert len(store) == 3
    assert decoded(store.read(2)).shape == (32, 32, 3)


def test_bytes_are_the_drawn_face_without_loss():
    store = SyntheticFaceStore(length=4, size=32, seed=7)
    assert np.array_equal(decoded(store.read(1))[..., ::-1], store.face(1).image)


def test_bytes_are_the_same_every_time_and_after_pickling():
    store = SyntheticFaceStore(length=4, size=32)
    copy = pickle.loads(pickle.dumps(store))
    assert store.read(3) == store.read(3) == copy.read(3)
    assert copy.name(3) == store.name(3)


def test_faces_differ_by_index_and_by_seed():
    first = SyntheticFaceStore(length=4, size=32)
    second = SyntheticFaceStore(length=4, size=32, seed=1)
    assert len({store.read(i) for store in (first, second) for i in range(4)}) == 8


def test_names_are_unique_and_sorted():
    store = SyntheticFaceStore(length=1200)
    names = [store.name(i) for i in range(len(store))]
    assert names == sorted(set(names))


def test_length_does_not_change_a_face():
    short, long = (SyntheticFaceStore(length=n, size=32) for n in (2, 50))
    assert short.read(1) == long.read(1)


@pytest.mark.parametrize("index", [-1, 4])
def test_missing_face_is_an_index_error(index):
    store = SyntheticFaceStore(length=4, size=32)
    with pytest.raises(IndexError, match="4 faces"):
        store.read(index)


@pytest.mark.parametrize("bad", [{"length": 0}, {"size": 15}, {"seed": -2}])
def test_numbers_out_of_range_are_named(bad):
    (name, value), *_ = bad.items()
    with pytest.raises(ValueError, match=f"{name}.*{value}"):
        SyntheticFaceStore(**bad)
