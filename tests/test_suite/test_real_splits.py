"""Published splits of the data beside the checkout, against what was pre-trained on."""

import hashlib
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from mcf.datasets.stores import TarStore
from mcf.suite import LFWPairs, UTKFace
from mcf.suite.tables import read_table


class Data(NamedTuple):
    """Places below the shared folder."""

    suite: Path
    test_crops: Path
    pair_crops: Path
    store: Path


TWINS = 90
"""Images of the store that are those of a test image under another name; the published
split has this flaw, and ``same_as_a_test_image`` marks them."""


@pytest.fixture(scope="module")
def data(shared):
    """Folder of the suite's data, its test crops, and the store."""
    root = shared / "data"
    suite = root / "faces_suite"
    return Data(
        suite,
        suite / "utkface_test_112.tar",
        suite / "lfw_pairs_112.tar",
        root / "faces_train/unlabelled_112",
    )


@pytest.fixture(scope="module")
def store(data):
    return TarStore(sorted(data.store.glob("*.tar")))


def digests(store: TarStore) -> dict[str, str]:
    """Checksum of each image, by name."""
    return {
        store.name(i): hashlib.sha256(store.read(i)).hexdigest()
        for i in range(len(store))
    }


def test_utkface_has_the_published_counts(data):
    places = [data.test_crops, data.store]
    for split, count in UTKFace.PUBLISHED.items():
        dataset = UTKFace(data.suite, split=split, images=places, serialize_data=False)
        assert len(dataset) == count
        ages = [dataset.get_data_info(i)["gt_age"] for i in (0, count // 2, count - 1)]
        assert all(21 <= age <= 60 for age in ages)


def test_lfw_has_the_published_pairs(data):
    pairs = LFWPairs(data.suite, images=data.pair_crops, serialize_data=False).pairs
    assert len(pairs.images) == 7701
    assert np.bincount(pairs.fold[pairs.same]).tolist() == [300] * 10
    assert np.bincount(pairs.fold[~pairs.same]).tolist() == [300] * 10


def test_no_test_image_and_no_person_of_the_pairs_has_a_name_in_the_store(data, store):
    names = {store.name(i) for i in range(len(store))}
    test = UTKFace(data.suite, split="test", images=data.test_crops, lazy_init=True)
    assert names.isdisjoint(f.image for f in test.read() if f.split == "test")
    pairs = LFWPairs(data.suite, images=data.pair_crops, lazy_init=True).pairs
    people = {name.rpartition("_")[0] for name in pairs.images}
    assert people.isdisjoint(name.rpartition("_")[0] for name in names)


@pytest.mark.slow
def test_no_test_image_is_in_the_store_by_content_but_for_the_marked_ones(data, store):
    tested = set(digests(TarStore(data.test_crops)).values())
    tested |= set(digests(TarStore(data.pair_crops)).values())
    found = {name for name, digest in digests(store).items() if digest in tested}
    marked = {
        row["file"]
        for _, row in read_table(data.suite / "utkface.csv", ("same_as_a_test_image",))
        if row["same_as_a_test_image"]
    }
    assert found == marked & {store.name(i) for i in range(len(store))}
    assert len(found) == TWINS


@pytest.mark.slow
def test_training_without_twins_shares_no_content_with_the_test_part(data, store):
    kept = UTKFace(data.suite, images=data.store, twins=False, serialize_data=False)
    by_name = digests(store)
    tested = set(digests(TarStore(data.test_crops)).values())
    names = [kept.data_list[i]["img_path"] for i in range(len(kept))]
    assert tested.isdisjoint(by_name[name] for name in names)
    assert len(kept) == UTKFace.PUBLISHED["train"] - 86
