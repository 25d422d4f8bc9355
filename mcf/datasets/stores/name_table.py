"""Millions of names in two arrays."""

import os
from array import array
from collections.abc import Iterable

import numpy as np


class NameTable:
    """Immutable sequence of names, kept as one block of bytes and its offsets.

    Twenty million names of 30 bytes take 0.8 GB instead of the 2 GB and more of a
    list of strings, and forked workers share them: reading touches no reference
    counts. Names are bytes, as on disk; ``table[i]`` decodes them as file names.

    Args:
        names: Names in the order wanted, read once.

    Attributes:
        blob: uint8, all names one after another.
        ends: int64 [N+1], where each ends, after a 0.
    """

    def __init__(self, names: Iterable[bytes]) -> None:
        blob, ends = bytearray(), array("q", [0])
        for name in names:
            blob += name
            ends.append(len(blob))
        self.blob = np.frombuffer(blob, dtype=np.uint8)
        self.ends = np.frombuffer(ends, dtype=np.int64)

    @classmethod
    def of(cls, blob: np.ndarray, ends: np.ndarray) -> "NameTable":
        """Table of the arrays of another one, which are not copied."""
        table = cls(())
        table.blob, table.ends = blob, ends
        return table

    def __len__(self) -> int:
        return len(self.ends) - 1

    def __getitem__(self, index: int) -> str:
        return os.fsdecode(self.raw(index))

    def check(self, index: int) -> None:
        """Refuse an index outside 0 … len - 1.

        Raises:
            IndexError: Then.
        """
        if not 0 <= index < len(self):
            raise IndexError(f"index {index} is outside a store of {len(self)} images")

    def raw(self, index: int) -> bytes:
        """Name as stored."""
        self.check(index)
        return self.blob[self.ends[index] : self.ends[index + 1]].tobytes()


def sort_names(names: Iterable[bytes]) -> tuple[NameTable, np.ndarray | None]:
    """Table of names in byte order, and where each stood before.

    Byte order of UTF-8 is code point order. Equal names keep their order.

    Returns:
        The table, and the int64 positions of its names in ``names``, or None when
        they were sorted already (then nothing is built but the table).
    """
    table = NameTable(names)
    size = len(table)
    if all(table.raw(i) <= table.raw(i + 1) for i in range(size - 1)):
        return table, None
    order = np.array(sorted(range(size), key=table.raw), dtype=np.int64)
    return NameTable(table.raw(i) for i in order), order
