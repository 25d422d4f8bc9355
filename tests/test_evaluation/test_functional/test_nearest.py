import numpy as np
import pytest

from mcf.evaluation.functional import nearest


def test_neighbours_are_those_of_a_slow_search():
    rng = np.random.default_rng(0)
    bank, queries = rng.normal(size=(30, 4)), rng.normal(size=(7, 4))
    found = nearest(bank, queries, 5)
    centre = bank.mean(axis=0)
    for query, neighbours in zip(queries - centre, found, strict=True):
        cosine = [
            query @ row / np.linalg.norm(query) / np.linalg.norm(row)
            for row in bank - centre
        ]
        assert set(neighbours) == set(np.argsort(cosine)[-5:])


def test_what_all_features_share_does_not_count():
    rng = np.random.default_rng(1)
    bank, queries = rng.normal(size=(20, 3)), rng.normal(size=(4, 3))
    found = nearest(bank, queries, 1)
    np.testing.assert_array_equal(nearest(bank + 50, queries + 50, 1), found)


def test_more_queries_than_a_chunk():
    bank = np.eye(3)
    queries = np.tile(bank, (700, 1))
    np.testing.assert_array_equal(
        nearest(bank, queries, 1)[:, 0], np.tile(np.arange(3), 700)
    )


@pytest.mark.parametrize("count", [0, 4])
def test_impossible_number_of_neighbours_is_refused(count):
    with pytest.raises(ValueError, match=f"{count} neighbours out of 3"):
        nearest(np.eye(3), np.eye(3), count)
