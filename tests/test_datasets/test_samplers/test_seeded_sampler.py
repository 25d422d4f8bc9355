import time

import numpy as np
import pytest

from mcf.datasets import SeededSampler
from mcf.registry import DATA_SAMPLERS
from tests.distributed import run_on_two_ranks


def draws(size, *, epoch=0, start=0, **options):
    sampler = SeededSampler(range(size), **({"seed": 0} | options))
    sampler.set_epoch(epoch)
    sampler.set_start(start)
    return list(sampler)


def test_an_epoch_draws_each_sample_once_in_a_random_order():
    indices = [draw.index for draw in draws(100)]
    assert sorted(indices) == list(range(100))
    assert indices != sorted(indices)


def test_without_shuffling_the_order_is_that_of_the_data_set():
    assert [draw.index for draw in draws(100, shuffle=False)] == list(range(100))


def test_draws_depend_on_seed_and_epoch_and_on_nothing_else():
    assert draws(50, epoch=3) == draws(50, epoch=3)
    for other in (draws(50, epoch=4), draws(50, epoch=3, seed=1)):
        assert [d.index for d in other] != [d.index for d in draws(50, epoch=3)]
        assert not {d.seed for d in other} & {d.seed for d in draws(50, epoch=3)}


def test_seeds_differ_and_fit_63_bits():
    seeds = [draw.seed for draw in draws(10_000)]
    assert len(set(seeds)) == 10_000
    assert min(seeds) >= 0
    assert 2**62 < max(seeds) < 2**63


def test_seed_belongs_to_the_position_not_to_the_sample():
    shuffled, ordered = draws(50), draws(50, shuffle=False)
    assert [d.seed for d in shuffled] == [d.seed for d in ordered]


@pytest.mark.parametrize("start", [0, 1, 4095, 4096, 4097, 9999, 10_000])
def test_start_skips_what_was_consumed(start):
    assert draws(10_000, epoch=1, start=start) == draws(10_000, epoch=1)[start:]


def test_start_holds_for_one_iteration_and_leaves_the_length():
    sampler = SeededSampler(range(10), seed=0)
    whole = list(sampler)
    sampler.set_start(7)
    assert len(sampler) == 10
    iterator = iter(sampler)
    assert list(sampler) == whole
    assert list(iterator) == whole[7:]


def test_running_iteration_keeps_its_epoch():
    sampler = SeededSampler(range(10), seed=0)
    iterator = iter(sampler)
    sampler.set_epoch(1)
    assert list(iterator) == draws(10)


@pytest.mark.parametrize("start", [-1, 11])
def test_start_outside_the_epoch_is_an_error(start):
    with pytest.raises(ValueError, match=f"{start} samples"):
        SeededSampler(range(10), seed=0).set_start(start)


def test_it_is_built_by_name_as_the_runner_does():
    sampler = DATA_SAMPLERS.build(
        dict(type="mcf.SeededSampler", shuffle=True),
        default_args=dict(dataset=range(10), seed=None),
    )
    assert len(list(sampler)) == 10


def on_each_rank(rank):
    """Draws of a whole and of a late epoch, a random seed, and an error's text."""
    sampler = SeededSampler(range(101), seed=5)
    assert len(sampler) == 50
    sampler.set_epoch(2)
    whole = [tuple(draw) for draw in sampler]
    sampler.set_start(30)
    late = [tuple(draw) for draw in sampler]
    with pytest.raises(ValueError, match="1 samples are too few for 2 ranks"):
        SeededSampler(range(1), seed=0)
    return whole, late, SeededSampler(range(10)).seed


def test_two_ranks_share_the_positions_drop_the_tail_and_agree_on_a_seed():
    (first, late_first, seed), (second, late_second, other) = run_on_two_ranks(
        on_each_rank
    )
    alone = [tuple(draw) for draw in draws(101, epoch=2, seed=5)]
    assert first == alone[0:100:2]
    assert second == alone[1:100:2]
    assert (late_first, late_second) == (first[30:], second[30:])
    assert seed == other


def test_a_million_samples_are_ordered_within_seconds():
    begin = time.perf_counter()
    first = next(iter(SeededSampler(range(1_000_000), seed=0)))
    assert time.perf_counter() - begin < 5
    assert isinstance(first.index, int) and not isinstance(first.index, np.integer)
