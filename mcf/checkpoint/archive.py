"""Zip archives of PyTorch from sources that need not be trusted."""

import re
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

MAX_ENTRIES = 200_000
MAX_LISTING = 2**24
"""Bytes of the list of contents."""
ENCRYPTED = 1
END, END64, LOCATOR64 = b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"


class Archive:
    """Reader of an archive with a single folder; close it, or use ``with``.

    What the archive says about itself is checked when it is opened: names, duplicates,
    encryption, and that all files together fit into it.

    Args:
        path: The file.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: Naming the file, if it is no zip archive or a hostile one.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self._file = self.path.open("rb")
        try:
            with self.naming():
                _check_listing(self._file)
                self._zip = zipfile.ZipFile(self._file)
                self._entries = _checked(self._zip.infolist(), self.path.stat().st_size)
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> "Archive":
        return self

    def __exit__(self, *error: object) -> None:
        self._zip.close()
        self._file.close()

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    @contextmanager
    def naming(self) -> Iterator[None]:
        """Put the name of the file before an error."""
        try:
            yield
        except (
            ValueError,
            zipfile.BadZipFile,
            zlib.error,
            struct.error,
            EOFError,
            NotImplementedError,
        ) as error:
            raise ValueError(f"{self.path} is not read: {error}") from error

    def read(self, name: str, *, limit: int) -> bytes:
        """Content of a file, unpacked.

        Raises:
            ValueError: If there is none of this name, it is damaged, or it has more
                bytes than ``limit``.
        """
        entry = self._entry(name)
        if entry.file_size > limit:
            raise ValueError(
                f"its {name} has {entry.file_size} bytes, at most {limit} are read"
            )
        with self._zip.open(entry) as file:
            data = file.read(entry.file_size)
        if len(data) != entry.file_size:
            raise ValueError(f"its {name} is cut off")
        return data

    def read_stored(self, name: str) -> bytearray:
        """Content of a file that is not compressed, so as large as its place.

        Raises:
            ValueError: If there is none of this name, or it is damaged or compressed.
        """
        entry = self._entry(name)
        if entry.compress_type != zipfile.ZIP_STORED:
            raise ValueError(f"its {name} is compressed, which PyTorch's never are")
        data = bytearray(entry.file_size)
        with self._zip.open(entry) as file:
            if file.readinto(data) != len(data) or file.read(1):
                raise ValueError(f"its {name} is cut off")
        return data

    def _entry(self, name: str) -> zipfile.ZipInfo:
        if name not in self._entries:
            raise ValueError(f"its {name} is missing")
        return self._entries[name]


def is_archive_with(path: str | Path, names: Sequence[str]) -> bool:
    """Whether a file is a zip archive with files of these names in its one folder."""
    try:
        with Path(path).open("rb") as file:
            _check_listing(file)
            with zipfile.ZipFile(file) as archive:
                found = {name.partition("/")[2] for name in archive.namelist()}
    except (ValueError, zipfile.BadZipFile, struct.error, NotImplementedError):
        return False
    return found.issuperset(names)


def _check_listing(file: BinaryIO) -> None:
    """Refuse a list of contents that would take much memory, before it is read."""
    file.seek(0, 2)
    length = file.tell()
    file.seek(max(0, length - 2**16 - 100))
    tail = file.read()
    end = tail.rfind(END)
    if end < 0 or len(tail) < end + 22:
        raise ValueError("it is no zip archive, or is cut off")
    count, size = struct.unpack("<HI", tail[end + 10 : end + 16])
    if tail[max(0, end - 20) : end].startswith(LOCATOR64):
        record = tail[max(0, end - 76) : end - 20]
        if not record.startswith(END64):
            raise ValueError("the end of its list of contents is damaged")
        count, size = struct.unpack("<QQ", record[32:48])
    if count > MAX_ENTRIES or size > min(length, MAX_LISTING):
        raise ValueError(f"it lists {count} files in {size} bytes")
    file.seek(0)


def _checked(entries: list[zipfile.ZipInfo], length: int) -> dict[str, zipfile.ZipInfo]:
    """Entries by their names below the one folder of the archive."""
    if len(entries) > MAX_ENTRIES:
        raise ValueError(f"it lists {len(entries)} files")
    for entry in entries:
        parts = entry.filename.split("/")
        if (
            not all(parts)
            or {".", ".."} & set(parts)
            or re.search(r"[\\:\0]", "".join(parts))
        ):
            raise ValueError(f"it holds a file called {entry.filename!r}")
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise ValueError(
                f"its {entry.filename!r} is compressed as PyTorch never does"
            )
        if entry.flag_bits & ENCRYPTED:
            raise ValueError(f"its {entry.filename!r} is encrypted")
    twice = [
        n for n, count in Counter(e.filename for e in entries).items() if count > 1
    ]
    if twice:
        raise ValueError(f"it holds {twice[0]!r} twice")
    if len({entry.filename.partition("/")[0] for entry in entries}) > 1:
        raise ValueError("its files lie in several folders")
    if sum(entry.compress_size for entry in entries) > length:
        raise ValueError("its files overlap: together they are larger than the file")
    for entry in entries:
        stored = entry.compress_type == zipfile.ZIP_STORED
        if stored and entry.file_size != entry.compress_size:
            raise ValueError(f"the size of its {entry.filename!r} is wrong")
    return {entry.filename.partition("/")[2]: entry for entry in entries}
