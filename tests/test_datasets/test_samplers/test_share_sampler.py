from collections import Counter
from types import SimpleNamespace

import numpy as np
import pytest

from mcf.datasets.samplers import ShareSampler
from mcf.datasets.samplers.share_sampler import interleaved


class Sets(SimpleNamespace):
    """Data sets one after the other, of given sizes."""

    def __len__(self) -> int:
        return sum(self.sizes.values())

    def task(self, index: int) -> str:
        borders = np.cumsum(list(self.sizes.values()))
        return list(self.sizes)[int(np.searchsorted(borders, index, side="right"))]


SETS = Sets(sizes=dict(points=5, parts=30))
SHARES = dict(points=1, parts=3)


def sampler(**settings: object) -> ShareSampler:
    return ShareSampler(SETS, **dict(shares=SHARES, seed=4) | settings)


def test_every_batch_has_the_shares():
    drawn = [SETS.task(draw.index) for draw in sampler()]
    for start in range(0, len(drawn), 4):
        assert Counter(drawn[start : start + 4]) == SHARES


def test_epoch_ends_when_the_slowest_task_has_come_once():
    draws = list(sampler())
    assert len(draws) == len(sampler()) == 40  # ten rounds of 1 + 3
    counts = Counter(draw.index for draw in draws)
    assert all(counts[i] == 2 for i in range(5))
    assert all(counts[i] == 1 for i in range(5, 35))


def test_epochs_and_seeds_have_orders_of_their_own_and_can_be_resumed():
    one = sampler()
    first, again = list(one), list(one)
    assert first == again
    one.set_epoch(1)
    assert list(one) != first != list(sampler(seed=5))
    one.set_epoch(0)
    one.set_start(13)
    assert list(one) == first[13:]


def test_ranks_draw_different_samples_with_the_same_shares(monkeypatch):
    draws = {}
    for rank in (0, 1):
        monkeypatch.setattr(
            "mcf.datasets.samplers.seeded_sampler.get_dist_info",
            lambda rank=rank: (rank, 2),
        )
        draws[rank] = [draw.index for draw in sampler()]
    assert [*map(SETS.task, draws[0])] == [*map(SETS.task, draws[1])]
    parts = [i for each in draws.values() for i in each if SETS.task(i) == "parts"]
    assert sorted(parts) == list(range(5, 35))


def test_pattern_is_spread_evenly():
    assert interleaved([1, 3]).tolist() == [1, 0, 1, 1]
    assert interleaved([2, 2]).tolist() == [0, 1, 0, 1]


@pytest.mark.parametrize("shares", [dict(points=1), dict(points=0, parts=1)])
def test_shares_must_name_all_tasks(shares):
    with pytest.raises(ValueError, match="a whole number from 1 for each of points"):
        sampler(shares=shares)
