import pickle

import numpy as np
import pytest
from mmengine.registry import init_default_scope

from mcf.datasets.parsing.synthetic_parsing import SyntheticParsing
from mcf.datasets.stores.drawn_store import SyntheticFaceStore
from mcf.registry import DATASETS

SMALL = dict(length=3, size=32)


def masks(dataset):
    return [dataset.get_data_info(i)["gt_seg_map"] for i in range(len(dataset))]


def test_faces_are_those_of_the_store_in_bgr():
    info = SyntheticParsing("val", **SMALL).get_data_info(1)
    face = SyntheticFaceStore(3, 32, seed=4).face(1)
    np.testing.assert_array_equal(info["img"], face.image[..., ::-1])
    np.testing.assert_array_equal(info["gt_seg_map"], face.mask)
    assert info["img"].flags.c_contiguous
    assert info["ori_shape"] == info["img_shape"] == (32, 32)
    assert info["seg_fields"] == ["gt_seg_map"] and info["num_classes"] == 11


def test_splits_and_seeds_share_no_face():
    seen = set()
    for seed in (1, 2):
        for split in ("train", "val", "test"):
            dataset = SyntheticParsing(split, seed=seed, **SMALL)
            seen |= {info.tobytes() for info in masks(dataset)}
    seen |= {SyntheticFaceStore(3, 32, seed=0).face(i).mask.tobytes() for i in range(3)}
    assert len(seen) == 7 * 3


def test_same_arguments_give_the_same_faces_after_pickling():
    first = SyntheticParsing("train", **SMALL)
    again = pickle.loads(pickle.dumps(first))
    for a, b in zip(masks(first), masks(again), strict=True):
        np.testing.assert_array_equal(a, b)


def test_faces_are_drawn_once(monkeypatch):
    dataset = SyntheticParsing("train", **SMALL)
    masks(dataset)
    monkeypatch.setattr(SyntheticFaceStore, "face", None)
    assert len(masks(dataset)) == 3


def test_classes_are_lapas_and_pairs_are_there():
    init_default_scope("mmengine")
    dataset = DATASETS.build(dict(type="mcf.SyntheticParsing", split="test", **SMALL))
    assert dataset.metainfo["classes"][10] == "hair"
    assert dataset.metainfo["dataset_name"] == "drawn faces, test"
    assert dataset.get_data_info(0)["label_pairs"] == [[2, 3], [4, 5]]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (dict(split="dev"), "no split 'dev'"),
        (dict(split="val", seed=0), "seed=0 must be at least 1"),
        (dict(split="val", length=0), "length must be >= 1"),
    ],
)
def test_wrong_arguments_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        SyntheticParsing(**(SMALL | arguments))
