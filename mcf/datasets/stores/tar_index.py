"""Offsets of the members of a tar.

``tarfile`` is not asked: what it does with damaged headers (endless loops, recursion,
reading of any size) differs from release to release.
"""

import os
from collections.abc import Iterator

from mcf.utils.bounded_file import open_regular

BLOCK = 512
COMPRESSIONS = {
    b"\x1f\x8b": "gzip",
    b"BZh": "bzip2",
    b"\xfd7zXZ": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
}
FILES, ELSEWHERE, WITHOUT_DATA = b"0\x007", b"12S", b"123456"
LONG_NAME, PAX, PAX_OF_ALL = b"L", b"xX", b"g"
OF_NEXT = b"LKxXg"
"""Kinds of headers that describe what follows, not a member."""
MAX_EXTENSION = 2**20
"""Bytes of the longest name or pax header that is read."""
TAIL = 2**20
"""Bytes after the end of a tar that are looked at together."""

Facts = dict[bytes, bytes]


def scan_tar(path: str) -> Iterator[tuple[bytes, int, int]]:
    """Name, offset and size in bytes of each file of an uncompressed tar.

    Names lose a leading ``./``, so that ``tar -C folder -cf x.tar .`` gives the
    names the folder itself would give. Every member lies inside the file, and each
    header after the one before: time grows with the file, memory does not.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If the file is compressed, not a tar, damaged or truncated (even
            between two members), continues after its end, or holds links or sparse
            files, whose bytes are elsewhere. What is before the damage comes first.
    """
    with open_regular(path) as file:
        descriptor = file.fileno()
        _refuse_compression(path, os.pread(descriptor, 6, 0))
        try:
            end = yield from _members(descriptor, os.fstat(descriptor).st_size)
        except _DamageError as damage:
            raise ValueError(
                f"{path!r} is damaged at byte {damage.args[0]}: {damage.args[1]}; "
                "write or download it again"
            ) from None
        except _LinkError as link:
            raise ValueError(
                f"{link.args[0]!r} in {path!r} is a link or a sparse file; "
                "write the shard with `tar --dereference --hard-dereference` "
                "and without --sparse"
            ) from None
        _expect_end(path, descriptor, end)


class _DamageError(Exception):
    """Offset of the header, and what is wrong."""


class _LinkError(Exception):
    """Name of the member."""


def _members(descriptor: int, size: int) -> Iterator[tuple[bytes, int, int]]:
    """Members as :func:`scan_tar` gives them; returns where the headers end."""
    offset = 0
    of_all: Facts = {}
    of_next: Facts = {}
    while any(header := os.pread(descriptor, BLOCK, offset)):
        if len(header) < BLOCK:
            raise _DamageError(offset, "the file ends within a header")
        kind, data = header[156:157], offset + BLOCK
        try:
            _check_sum(header)
            length = _number(header[124:136])
            facts = of_all | of_next
            if kind not in OF_NEXT and b"size" in facts:
                length = int(facts[b"size"])
            if kind in WITHOUT_DATA:
                length = 0
            if not 0 <= length <= size - data:
                raise ValueError(f"a member of {length} bytes ends outside the file")
            if kind == LONG_NAME:
                name = _extension(descriptor, data, length).partition(b"\0")[0]
                of_next.setdefault(b"path", name)
            elif kind in PAX:
                of_next = _pax(_extension(descriptor, data, length)) | of_next
            elif kind == PAX_OF_ALL:
                of_all |= _pax(_extension(descriptor, data, length))
        except ValueError as error:
            raise _DamageError(offset, str(error)) from None
        offset = data + -(-length // BLOCK) * BLOCK
        if kind in OF_NEXT:
            continue
        of_next = {}
        name = facts.get(b"path", _name(header))
        if kind in ELSEWHERE or b"sparse" in facts:
            raise _LinkError(os.fsdecode(name))
        if kind in FILES and not name.endswith(b"/"):  # old tars end folders with one
            yield name.removeprefix(b"./"), data, length
    if of_next:
        raise _DamageError(offset, "the member of a long name is missing")
    return offset


def _check_sum(header: bytes) -> None:
    """Refuse a header whose bytes do not sum up to what it says."""
    stated = _number(header[148:156])
    found = sum(header) - sum(header[148:156]) + 8 * ord(" ")
    if stated == found:
        return
    # Some writers took bytes for signed.
    if stated != found - 256 * sum(byte > 127 for byte in header):
        raise ValueError(f"no header, its checksum is {found} instead of {stated}")


def _number(field: bytes) -> int:
    """Number of a header: octal digits, or base 256 where it is large."""
    if field[0] == 0o200:
        return int.from_bytes(field[1:], "big")
    text = field.partition(b"\0")[0].strip() or b"0"
    if not text.isdigit():
        raise ValueError(f"no header, {field!r} is no size or sum")
    return int(text, 8)


def _name(header: bytes) -> bytes:
    name = header[:100].partition(b"\0")[0]
    prefix = header[345:500].partition(b"\0")[0]  # GNU's own headers have dates here
    ustar = header[257:263] == b"ustar\0"
    return prefix + b"/" + name if prefix and ustar else name


def _extension(descriptor: int, offset: int, length: int) -> bytes:
    """Data of a header that describes the next."""
    if length > MAX_EXTENSION:
        raise ValueError(
            f"a name or pax header of {length} bytes is over the limit of "
            f"{MAX_EXTENSION}"
        )
    return os.pread(descriptor, length, offset)


def _pax(data: bytes) -> Facts:
    """``path`` and ``size`` of a pax header, and ``sparse`` if it tells of such."""
    facts: Facts = {}
    at = 0
    while at < len(data):
        digits = data[at : at + 8].partition(b" ")[0]
        end = at + int(digits) if digits.isdigit() else 0
        record = data[at + len(digits) + 1 : end]
        key, equals, value = record.partition(b"=")
        if end > len(data) or not equals or not record.endswith(b"\n"):
            raise ValueError(f"a damaged pax header, {data[at : at + 16]!r} ...")
        if key.startswith(b"GNU.sparse."):
            facts[b"sparse"] = b""
        elif key == b"size" and not (value[:-1].isdigit() and len(value) <= 20):
            raise ValueError(f"the size {value[:20]!r} is none")
        elif key in (b"path", b"size"):
            facts[key] = value[:-1]
        at = end
    return facts


def _refuse_compression(path: str, magic: bytes) -> None:
    for start, kind in COMPRESSIONS.items():
        if magic.startswith(start):
            raise ValueError(
                f"{path!r} is compressed with {kind}, which allows no random access; "
                "decompress it (encoded images hardly shrink)"
            )


def _expect_end(path: str, descriptor: int, offset: int) -> None:
    """Refuses an end that is none.

    Writers end a tar with two blocks of zeros or more; the first of them suffices here.
    """
    block = os.pread(descriptor, BLOCK, offset)
    if len(block) < BLOCK:
        raise ValueError(
            f"{path!r} is cut: it ends at byte {offset + len(block)} without the zeros "
            "that end a tar; write or download it again"
        )
    while tail := os.pread(descriptor, TAIL, offset):
        if tail.count(0) < len(tail):
            raise ValueError(
                f"{path!r} continues after its end at byte {offset}, as tars that were "
                "joined by `cat` do; join them with `tar --concatenate`, or give each "
                "as a shard"
            )
        offset += len(tail)
