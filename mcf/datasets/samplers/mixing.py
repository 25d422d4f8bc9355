"""Random-looking 64-bit integers that are pure functions of counters."""

import numpy as np

_MASK = 2**64 - 1


def mix(values: np.ndarray) -> np.ndarray:
    """Scrambled integers: a bijection of the 64-bit integers, element by element.

    The finaliser of SplitMix64 (Steele, Lea and Flood, 2014). Plain arithmetic, so
    that the result depends on no library's version, unlike a generator's stream.

    Args:
        values: uint64, any shape of at least one axis.
    """
    values = values + np.uint64(0x9E3779B97F4A7C15)
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def mix_key(*numbers: int) -> np.ndarray:
    """One scrambled integer of several, order included, as uint64 of shape [1]."""
    key = np.zeros(1, dtype=np.uint64)
    for number in numbers:
        key = mix(key ^ np.uint64(number & _MASK))
    return key


def permutation(size: int, *numbers: int) -> np.ndarray:
    """Permutation of 0 … size - 1, a pure function of ``size`` and the numbers.

    The order of distinct scrambled keys, hence without ties: int64, [size].
    """
    return np.argsort(mix(mix_key(*numbers) + np.arange(size, dtype=np.uint64)))
