import numpy as np
import pytest

from mcf.preparation import duplicates
from mcf.preparation.duplicates import exact_duplicates, near_duplicates


def test_first_of_equals_stays():
    items = np.array([(1, 2), (3, 4), (1, 2), (1, 5), (3, 4), (1, 2)], dtype=np.uint64)
    assert exact_duplicates(items).tolist() == [-1, -1, 0, -1, 1, 0]


def test_many_equals_match_a_dictionary():
    items = np.random.default_rng(0).integers(0, 9, (500, 2)).astype(np.uint64)
    seen: dict = {}
    expected = [
        seen.setdefault(tuple(item), i) for i, item in enumerate(items.tolist())
    ]
    expected = [-1 if first == i else first for i, first in enumerate(expected)]
    assert exact_duplicates(items).tolist() == expected


@pytest.mark.parametrize("distance", [0, 1, 3])
@pytest.mark.parametrize("chunk", [7, 1024])
def test_near_ones_match_comparing_all_pairs(monkeypatch, distance, chunk):
    monkeypatch.setattr(duplicates, "CHUNK", chunk)
    generator = np.random.default_rng(1)
    base = generator.integers(0, 2**63, 20, dtype=np.uint64)
    hashes = generator.choice(base, 300)
    for _ in range(3):
        bits = np.uint64(1) << generator.integers(0, 64, 300).astype(np.uint64)
        hashes ^= np.where(generator.random(300) < 0.4, bits, np.uint64(0))
    values = hashes.tolist()
    expected = [
        next(
            (j for j in range(i) if (values[i] ^ values[j]).bit_count() <= distance), -1
        )
        for i in range(len(values))
    ]
    assert max(expected) > 0
    assert near_duplicates(hashes, distance).tolist() == expected


def test_distance_beyond_the_bands_is_refused():
    with pytest.raises(ValueError, match="distance 4 must be 0 to 3"):
        near_duplicates(np.zeros(2, np.uint64), 4)
