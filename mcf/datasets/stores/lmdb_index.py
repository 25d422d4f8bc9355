"""Offsets of the values in an LMDB.

The ``lmdb`` package only writes them here: it maps the file into memory and trusts what
its pages say, so that a cut or damaged file would end the process.
"""

import os
from collections.abc import Iterator
from struct import Struct, unpack_from

from mcf.utils.bounded_file import open_regular

MAGIC, VERSION, NO_PAGE = 0xBEEFC0DE, 1, 2**64 - 1
PAGE, META, TREE, NODE = Struct("<QHHHH"), Struct("<IIQQ"), Struct("<IHH5Q"), "<4H"
HEADER, NODE_HEADER = 16, 8
BRANCH, LEAF = 1, 2
ON_PAGES_OF_ITS_OWN = 1
MAX_DEPTH = 32


def scan_lmdb(path: str) -> Iterator[tuple[bytes, int, int]]:
    """Key, offset and size in bytes of each value of an LMDB file, sorted by key.

    Every value lies inside the file, and no page is read twice.

    Args:
        path: The file, commonly ``data.mdb``, as 64-bit little-endian machines write.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If it is no LMDB, is cut or damaged, or holds several values a key
            or databases in the database.
    """
    with open_regular(path) as file:
        try:
            yield from _Tree(file.fileno()).items()
        except _DamageError as error:
            raise ValueError(
                f"the LMDB {path!r} {error}; write or download it again"
            ) from None


class _DamageError(Exception):
    """What is wrong with the LMDB, as the rest of a sentence."""


class _Tree:
    """Tree of the pages of the newest transaction.

    Args:
        descriptor: Of the open file.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._size = os.fstat(descriptor).st_size
        first = self._meta(0, 0)
        self._page_size = first[0]
        newest = max(first, self._meta(self._page_size, 1), key=lambda meta: meta[-1])
        _, flags, self._depth, self._entries, self._root, self._last, _ = newest
        if flags:
            raise _DamageError("holds several values a key or keys in another order")
        if self._depth > MAX_DEPTH:
            raise _DamageError(f"is damaged: its tree is {self._depth} pages deep")
        self._unseen = self._size // self._page_size

    def items(self) -> Iterator[tuple[bytes, int, int]]:
        """Items as :func:`scan_lmdb` returns them."""
        count, previous = 0, b""
        for item in self._below(self._root, self._depth):
            if item[0] <= previous:
                raise _DamageError(f"is damaged: key {item[0]!r} is out of order")
            count, previous = count + 1, item[0]
            yield item
        if count != self._entries:
            raise _DamageError(
                f"is damaged: it should hold {self._entries} keys, not {count}"
            )

    def _meta(self, offset: int, number: int) -> tuple[int, ...]:
        """Page size, flags, depth, entries, root, last page and transaction."""
        data = os.pread(self._descriptor, 152, offset)
        if len(data) < 152 or META.unpack_from(data, HEADER)[:2] != (MAGIC, VERSION):
            raise _DamageError(f"has no meta page {number}; it is none, or damaged")
        page_size, *_ = TREE.unpack_from(data, 40)
        if page_size not in (2**power for power in range(9, 17)):
            raise _DamageError(f"is damaged: its pages have {page_size} bytes")
        _, flags, depth, _, _, _, entries, root = TREE.unpack_from(data, 88)
        return page_size, flags, depth, entries, root, *unpack_from("<QQ", data, 136)

    def _below(self, number: int, depth: int) -> Iterator[tuple[bytes, int, int]]:
        """Items of a page, or of the pages below it."""
        if depth == 0:
            if number != NO_PAGE:
                raise _DamageError("is damaged: its tree has a root but no depth")
            return
        page = self._page(number, LEAF if depth == 1 else BRANCH)
        for at in self._nodes(page, number):
            low, high, flags, key_size = unpack_from(NODE, page, at)
            start = at + NODE_HEADER + key_size
            if depth > 1:
                child = low | high << 16 | flags << 32
                yield from self._below(child, depth - 1)
                continue
            size = low | high << 16
            offset = number * self._page_size + start
            end = start + size
            if flags == ON_PAGES_OF_ITS_OWN:
                end = start + 8
            elif flags:
                raise _DamageError("holds several values a key, or databases")
            if end > self._page_size:
                raise self._damage(number)
            if flags == ON_PAGES_OF_ITS_OWN:
                (first,) = unpack_from("<Q", page, start)
                offset = self._place(first) + HEADER
                if offset + size > self._size:
                    raise _DamageError(f"is cut: it ends within the value at {offset}")
            yield page[at + NODE_HEADER : start], offset, size

    def _nodes(self, page: bytes, number: int) -> list[int]:
        """Places of a page's nodes, each with room for its header."""
        _, _, _, lower, upper = PAGE.unpack_from(page)
        if not HEADER <= lower <= upper <= self._page_size:
            raise self._damage(number)
        nodes = unpack_from(f"<{(lower - HEADER) // 2}H", page, HEADER)
        if nodes and not upper <= min(nodes) <= max(nodes) <= len(page) - NODE_HEADER:
            raise self._damage(number)
        return nodes

    def _page(self, number: int, kind: int) -> bytes:
        self._unseen -= 1
        if self._unseen < 0:
            raise _DamageError("is damaged: its tree has more pages than the file")
        page = os.pread(self._descriptor, self._page_size, self._place(number))
        stated, _, flags, _, _ = PAGE.unpack_from(page)
        if stated != number or flags != kind:
            raise self._damage(number)
        return page

    def _place(self, number: int) -> int:
        """Offset of a page that is inside the file."""
        offset = number * self._page_size
        if offset + self._page_size > self._size:
            cut = "is cut" if number <= self._last else "is damaged"
            raise _DamageError(f"{cut}: page {number} lies behind its end")
        return offset

    def _damage(self, number: int) -> _DamageError:
        return _DamageError(f"is damaged at byte {number * self._page_size}")
