"""Faces that are there already."""

import numpy as np

BANDS, BAND_BITS = 4, 16
MAX_DISTANCE = BANDS - 1
CHUNK = 1024
_BITS_OF_16 = np.array([bin(value).count("1") for value in range(2**16)], np.uint8)


def exact_duplicates(checksums: np.ndarray) -> np.ndarray:
    """Index of the first equal item, -1 for one that is itself the first.

    Args:
        checksums: uint64 [N,2]: 128 bits of a checksum.
    """
    order = np.lexsort((checksums[:, 1], checksums[:, 0]))  # keeps the order of equals
    ordered = checksums[order]
    starts = np.ones(len(order), dtype=bool)
    starts[1:] = (ordered[1:] != ordered[:-1]).any(axis=1)
    first = order[np.flatnonzero(starts)[np.cumsum(starts) - 1]]
    result = np.full(len(order), -1, dtype=np.int64)
    result[order[~starts]] = first[~starts]
    return result


def near_duplicates(hashes: np.ndarray, distance: int) -> np.ndarray:
    """Index of the first earlier item that differs in few bits, -1 for none.

    Items need not be similar to the one that stays: in a row of pictures each similar
    to the one before, only the first has no earlier neighbour.

    Up to three differing bits leave one of four 16-bit bands equal, so only items that
    share a band are compared.

    Args:
        hashes: uint64 [N], see :func:`~mcf.preparation.measures.picture_hash`.
        distance: Most differing bits, 0 to 3.

    Raises:
        ValueError: If the distance is outside that range.
    """
    if not 0 <= distance <= MAX_DISTANCE:
        raise ValueError(f"distance {distance} must be 0 to {MAX_DISTANCE} bits")
    none = len(hashes)
    result = np.full(len(hashes), none, dtype=np.int64)
    for band in range(BANDS):
        keys = (hashes >> np.uint64(band * BAND_BITS)).astype(np.uint16)
        order = np.argsort(keys, kind="stable")
        ends = np.flatnonzero(np.diff(keys[order])) + 1
        for members in np.split(order, ends):
            for start in range(0, len(members), CHUNK):
                some = members[start : start + CHUNK]
                earlier = _earliest(hashes, members[: start + CHUNK], some, distance)
                result[some] = np.minimum(result[some], earlier)
    return np.where(result == none, -1, result)


def _earliest(
    hashes: np.ndarray, candidates: np.ndarray, items: np.ndarray, distance: int
) -> np.ndarray:
    """First candidate before each item and near it, N for none; both ascending."""
    result = np.full(len(items), len(hashes), dtype=np.int64)
    for start in range(0, len(candidates), CHUNK):
        some = candidates[start : start + CHUNK]
        differing = hashes[items][:, None] ^ hashes[some][None]
        bits = _BITS_OF_16[differing[..., None].view(np.uint16)].sum(-1)
        near = (bits <= distance) & (some < items[:, None])
        hit = near.any(axis=1)
        result[hit] = np.minimum(result[hit], some[near.argmax(axis=1)[hit]])
    return result
