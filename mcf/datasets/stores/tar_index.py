"""Where the members of a tar lie."""

import os
import tarfile
from collections.abc import Iterator

COMPRESSIONS = {
    b"\x1f\x8b": "gzip",
    b"BZh": "bzip2",
    b"\xfd7zXZ": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
}

TAIL = 2**20
"""Bytes after the end of a tar that are looked at together."""


def scan_tar(path: str) -> Iterator[tuple[bytes, int, int]]:
    """Name, offset and size in bytes of each file of an uncompressed tar.

    Names lose a leading ``./``, so that ``tar -C folder -cf x.tar .`` gives the
    names the folder itself would give.

    Raises:
        ValueError: If the file is compressed, is no tar, is damaged or cut short
            (between two members, too), goes on after its end, or holds links or sparse
            files, whose bytes lie elsewhere.
    """
    _refuse_compression(path)
    try:
        with tarfile.open(path, "r:") as tar:
            while (member := tar.next()) is not None:
                tar.members.clear()  # tarfile would keep every header it has seen
                if member.islnk() or member.issym() or member.issparse():
                    raise ValueError(
                        f"{member.name!r} in {path!r} is a link or a sparse file; "
                        "write the shard with `tar --dereference --hard-dereference` "
                        "and without --sparse"
                    )
                if member.isreg():
                    name = os.fsencode(member.name).removeprefix(b"./")
                    yield name, member.offset_data, member.size
            _expect_end(path, tar.fileobj.fileno(), tar.offset)
    except tarfile.TarError as error:
        raise ValueError(
            f"{path!r} is not a whole tar ({error}); write or download it again"
        ) from error


def _refuse_compression(path: str) -> None:
    with open(path, "rb") as file:  # noqa: PTH123
        magic = file.read(6)
    for start, kind in COMPRESSIONS.items():
        if magic.startswith(start):
            raise ValueError(
                f"{path!r} is compressed with {kind}, which allows no random access; "
                "decompress it (encoded images hardly shrink)"
            )


def _expect_end(path: str, descriptor: int, offset: int) -> None:
    """Refuses what tarfile takes for the end although it is none.

    Writers end a tar with two blocks of zeros or more; the first of them suffices here.
    """
    block = os.pread(descriptor, tarfile.BLOCKSIZE, offset)
    if any(block):
        raise ValueError(
            f"{path!r} is damaged at byte {offset}; write or download it again"
        )
    if len(block) < tarfile.BLOCKSIZE:
        raise ValueError(
            f"{path!r} is cut: it ends at byte {offset + len(block)} without the zeros "
            "that end a tar; write or download it again"
        )
    while tail := os.pread(descriptor, TAIL, offset):
        if tail.count(0) < len(tail):
            raise ValueError(
                f"{path!r} goes on after its end at byte {offset}, as tars that were "
                "joined by `cat` do; join them with `tar --concatenate`, or give each "
                "as a shard"
            )
        offset += len(tail)
