"""Where the images of tar shards lie, kept beside them so that stores open at once.

A folder ``faces.index``: ``index.json`` tells of which shards; ``names.npy``,
``ends.npy`` and ``places.npy`` are mapped into memory that all processes of a machine
share.
"""

import logging
import os
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from mcf.datasets.stores.name_table import NameTable
from mcf.utils.atomic_file import write_json
from mcf.utils.atomic_folder import whole_folder
from mcf.utils.bounded_file import read_json

LOGGER = logging.getLogger(__name__)
INDEX = "faces.index"
FORMAT = "mcf.ShardIndex/1"
FACTS = "index.json"
ARRAYS = {"names": "u1", "ends": "<i8", "places": "<i8"}
EDGE, BACK = 2**12, 2**16
"""Bytes of a shard's begin, and so far from its end, that are compared."""
BLOCK = 2**24


@dataclass(frozen=True)
class ShardIndex:
    """The images of some shards, sorted by name.

    Attributes:
        names: Of the images.
        places: int64 [N,3], for each number of shard, offset and bytes.
        passed_over: Number of other members by ending, or as ``hidden``.
        folder: Where it is mapped from; None if it was made just now.
    """

    names: NameTable
    places: np.ndarray
    passed_over: Counter[str]
    folder: Path | None = None

    def __reduce__(self) -> tuple:
        """Processes that are given a mapped index map it themselves."""
        if self.folder is not None:
            return partial(_map, self.folder, self.passed_over), ()
        return ShardIndex, (self.names, self.places, self.passed_over)

    def write(
        self, folder: Path, shards: Sequence[str], suffixes: Iterable[str]
    ) -> None:
        """Write it as a new folder, beside the shards that it is of.

        Raises:
            ValueError: If the folder exists.
        """
        with whole_folder(folder) as building:
            arrays = dict(
                names=self.names.blob, ends=self.names.ends, places=self.places
            )
            for name, values in arrays.items():
                np.save(
                    building / f"{name}.npy", values.astype(ARRAYS[name], copy=False)
                )
            facts = {
                "format": FORMAT,
                "suffixes": sorted(suffixes),
                "passed_over": dict(self.passed_over),
                "shards": [_shard_facts(shard) for shard in shards],
                "sums": {name: _sum(building / f"{name}.npy") for name in arrays},
            }
            write_json(facts, building / FACTS)


def find_index(shards: Sequence[str], suffixes: Iterable[str]) -> ShardIndex | None:
    """The index beside shards, checked; None if there is none of all of them.

    Args:
        shards: Their absolute paths, sorted.
        suffixes: Endings of the images that are wanted.

    Raises:
        ValueError: If a shard is not the one that was indexed, or the index is
            damaged, with the remedy.
    """
    folder = Path(shards[0]).parent / INDEX
    if not folder.is_dir():
        return None
    try:
        facts = read_json(folder / FACTS)
        if facts["format"] != FORMAT:
            raise ValueError(f"its format is {facts['format']!r}")
        passed_over = Counter({str(k): int(n) for k, n in facts["passed_over"].items()})
        indexed = [str(folder.parent / str(one["name"])) for one in facts["shards"]]
        if indexed != list(shards) or facts["suffixes"] != sorted(suffixes):
            LOGGER.warning(
                "%s is of other shards or endings, so the headers of all %d shards are "
                "read: write it anew",
                folder,
                len(shards),
            )
            return None
        for shard, known in zip(shards, facts["shards"]):
            if _shard_facts(shard) != known:
                raise ValueError(f"{shard} was written since")
        for name in ARRAYS:
            if _sum(folder / f"{name}.npy") != facts["sums"][name]:
                raise ValueError(f"{name}.npy is not what was written")
        index = _map(folder, passed_over)
        _check(index, [known["bytes"] for known in facts["shards"]])
    except (KeyError, TypeError, AttributeError, ValueError, EOFError) as error:
        raise ValueError(
            f"the index {str(folder)!r} cannot be used ({error}): remove it, or write "
            "it anew with `mcf pack --to index`"
        ) from error
    return index


def _map(folder: Path, passed_over: Counter[str]) -> ShardIndex:
    arrays = {}
    for name, kind in ARRAYS.items():
        array = np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False)
        if array.dtype != np.dtype(kind):
            raise ValueError(f"{name}.npy holds {array.dtype}")
        arrays[name] = array
    names = NameTable.of(arrays["names"], arrays["ends"])
    return ShardIndex(names, arrays["places"], passed_over, folder)


def _check(index: ShardIndex, sizes: list[int]) -> None:
    """Refuse places outside of the shards and names outside of their block."""
    blob, ends, places = index.names.blob, index.names.ends, index.places
    if blob.ndim != 1 or ends.ndim != 1 or places.shape != (len(ends) - 1, 3):
        raise ValueError("its arrays do not fit together")
    if len(places) == 0 or ends[0] != 0 or ends[-1] != len(blob):
        raise ValueError("its names do not fill their block")
    limits = np.array(sizes, np.int64)
    for start in range(0, len(places), BLOCK // 16):
        part = slice(start, start + BLOCK // 16)
        shard, offset, size = places[part].T
        inside = (shard >= 0) & (shard < len(limits)) & (offset >= 0) & (size >= 0)
        if not inside.all() or (size > limits[shard] - offset).any():
            raise ValueError("an image lies outside of its shard")
        if (np.diff(ends[start : start + BLOCK // 16 + 1]) < 0).any():
            raise ValueError("names lie outside of their block")


def _shard_facts(shard: str) -> dict[str, object]:
    """Name, size and a checksum of both ends of a shard."""
    with open(shard, "rb") as file:  # noqa: PTH123
        size = os.fstat(file.fileno()).st_size
        head = os.pread(file.fileno(), EDGE, 0)
        tail = os.pread(file.fileno(), EDGE, max(0, size - BACK))
    return {
        "name": Path(shard).name,
        "bytes": size,
        "sum": zlib.crc32(tail, zlib.crc32(head)),
    }


def _sum(path: Path) -> int:
    """Checksum of a file, which tells damage."""
    value = 0
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            value = zlib.crc32(block, value)
    return value
