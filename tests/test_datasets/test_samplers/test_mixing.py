import numpy as np

from mcf.datasets.samplers.mixing import mix, mix_key, permutation


def test_mix_is_splitmix64():
    # First outputs of SplitMix64 seeded with 0: the mixed multiples of its step.
    step = np.uint64(0x9E3779B97F4A7C15)
    state = np.arange(3, dtype=np.uint64) * step
    assert [hex(value) for value in mix(state).tolist()] == [
        "0xe220a8397b1dcdaf",
        "0x6e789e6aa1b965f4",
        "0x6c45d188009454f",
    ]


def test_key_depends_on_every_number_and_their_order():
    keys = {mix_key(*n).item() for n in [(1, 2), (2, 1), (1, 3), (1,), (1, 2, 0)]}
    assert len(keys) == 5
    assert mix_key(-1, 2**70).shape == (1,)


def test_permutation_holds_each_index_once():
    assert sorted(permutation(1000, 3, 4).tolist()) == list(range(1000))


def test_permutation_is_the_same_for_ever():
    assert permutation(8, 0, 0).tolist() == [4, 0, 1, 7, 6, 2, 5, 3]


def test_each_index_is_about_equally_likely_in_each_place():
    counts = np.zeros((5, 5))
    for seed in range(4000):
        counts[np.arange(5), permutation(5, seed)] += 1
    # 800 expected, standard deviation 25
    assert np.abs(counts - 800).max() < 130
