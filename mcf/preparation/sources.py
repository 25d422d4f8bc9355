"""Where raw images come from: a folder tree, tar shards or a list of files."""

import csv
import glob
import hashlib
import json
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from mmengine.logging import print_log

from mcf.datasets.stores import FolderStore
from mcf.datasets.stores.tar_index import scan_tar
from mcf.detection.source_image import SourceImage
from mcf.preparation.unit_of_work import Unit
from mcf.utils.bounded_file import MAX_IMAGE_BYTES
from mcf.utils.checksums import file_checksum
from mcf.utils.image_files import (
    COMPANIONS,
    NameFilter,
    describe_passed_over,
    is_hidden,
)
from mcf.utils.text import as_text, printable

if TYPE_CHECKING:
    import pyarrow as pa

MAX_JSON_BYTES = 2**22
"""A larger JSON beside an image gives no columns."""


class Source(Protocol):
    """Settings of a source: a frozen dataclass of plain values.

    ``len``, ``unit`` and ``fingerprint`` are for the driver. Workers only call
    ``images``, with a unit that tells them all.
    """

    def __len__(self) -> int:
        """Number of units."""
        ...

    def unit(self, index: int) -> Unit:
        """One unit; the same in every run on an unchanged source."""
        ...

    def images(self, unit: Unit) -> Iterator[SourceImage]:
        """Images of a unit in their order.

        Raises:
            OSError: If the unit cannot be read.
        """
        ...

    def fingerprint(self) -> str:
        """Text that changes when images are added, taken away or change in size."""
        ...


@dataclass(frozen=True)
class FolderTree:
    """Image files below a folder, at any depth, sorted by path.

    What is passed over, as hidden or by its ending, is counted in the log.

    Args:
        root: The folder.
        unit_size: Files a unit.
    """

    root: str
    unit_size: int = 500

    def __post_init__(self) -> None:
        _check_unit_size(self.unit_size)

    def __len__(self) -> int:
        return -(-len(self._store) // self.unit_size)

    def unit(self, index: int) -> Unit:
        """Consecutive files."""
        start = index * self.unit_size
        end = min(start + self.unit_size, len(self._store))
        names = tuple(self._store.name(i) for i in range(start, end))
        return Unit(index, f"{printable(names[0])} ...", names)

    def images(self, unit: Unit) -> Iterator[SourceImage]:
        """Files; one that cannot be read is an image with a problem."""
        for name in unit.items:
            yield _read_file(self.root, name, {})

    def fingerprint(self) -> str:
        """Checksum of the names and sizes of all files."""
        digest = hashlib.sha256()
        for i in range(len(self._store)):
            name = self._store.name(i)
            digest.update(os.fsencode(name) + b"\0%d\0" % _size(self.root, name))
        return digest.hexdigest()

    @cached_property
    def _store(self) -> FolderStore:
        store = FolderStore(self.root)
        _report(self.root, store.passed_over)
        return store

    def __getstate__(self) -> dict:
        return {"root": self.root, "unit_size": self.unit_size}


@dataclass(frozen=True)
class TarShards:
    """Tar shards as img2dataset writes them: an image, a JSON and a text a sample.

    A unit is a shard. Consecutive members of equal name up to the last dot belong
    together, as in WebDataset; a suffix that comes again begins another sample. The
    JSON's values become columns. Names are identifiers and never paths, so hostile
    ones (``../../etc/passwd``) and repeated ones are harmless. Hidden members and such
    of other endings are counted in the log, but for JSON and texts. What stands before
    a damaged place is read, then comes an image with the problem ``damaged shard``.

    Args:
        pattern: A shard or a glob.
    """

    pattern: str

    def __len__(self) -> int:
        return len(self._shards)

    def unit(self, index: int) -> Unit:
        """A shard."""
        path = self._shards[index]
        return Unit(index, printable(Path(path).name), (path,))

    def images(self, unit: Unit) -> Iterator[SourceImage]:
        """Image members with their columns, in the order of the shard."""
        (path,) = unit.items
        members, problem = _members(path)
        is_image = NameFilter()
        with open(path, "rb") as file:  # noqa: PTH123  a name need not be UTF-8
            for stem, sample in _samples(members):
                columns = {}
                if b".json" in sample:
                    at, length = sample[b".json"]
                    text = os.pread(file.fileno(), min(length, MAX_JSON_BYTES), at)
                    columns = _json_columns(text)
                for suffix, (offset, size) in sample.items():
                    if not is_image(stem + suffix):
                        continue
                    data, problem_here = b"", f"too large: over {MAX_IMAGE_BYTES} bytes"
                    if size <= MAX_IMAGE_BYTES:
                        data = os.pread(file.fileno(), size, offset)
                        cut = len(data) < size
                        problem_here = "damaged shard: ends in the image" if cut else ""
                    name = printable(stem + suffix)
                    yield SourceImage(name, data, columns, problem_here)
        others = is_image.passed_over
        _report(path, {k: n for k, n in others.items() if k not in COMPANIONS})
        if problem:
            yield SourceImage("", problem=f"damaged shard: {problem}")

    def fingerprint(self) -> str:
        """Names and sizes of the shards."""
        return hashlib.sha256(
            "\0".join(
                f"{printable(Path(path).name)} {Path(path).stat().st_size}"
                for path in self._shards
            ).encode()
        ).hexdigest()

    @cached_property
    def _shards(self) -> list[str]:
        shards = sorted(glob.glob(self.pattern))  # noqa: PTH207
        if not shards:
            raise FileNotFoundError(
                f"no tar shard {self.pattern!r}; give a shard or a quoted glob such as "
                "'laion/*.tar'"
            )
        return shards

    def __getstate__(self) -> dict:
        return {"pattern": self.pattern}


@dataclass(frozen=True)
class FileList:
    """Files named in a CSV or parquet list.

    All columns but the path become columns of the image. Paths are relative to the
    root; one that leaves it is refused, because lists come from elsewhere.

    Args:
        path: The list.
        root: Folder of the files; None is the list's own.
        column: Column of the paths.
        unit_size: Rows a unit.
    """

    path: str
    root: str | None = None
    column: str = "path"
    unit_size: int = 500

    def __post_init__(self) -> None:
        _check_unit_size(self.unit_size)

    def __len__(self) -> int:
        return -(-len(self._rows) // self.unit_size)

    def unit(self, index: int) -> Unit:
        """Consecutive rows."""
        start = index * self.unit_size
        rows = self._rows.slice(start, self.unit_size).to_pylist()
        items = tuple(
            tuple((name, as_text(value)) for name, value in row.items()) for row in rows
        )
        return Unit(index, f"{Path(self.path).name} row {start + 1} ...", items)

    def images(self, unit: Unit) -> Iterator[SourceImage]:
        """Files of the rows; one that cannot be read is an image with a problem."""
        for row in unit.items:
            columns = dict(row)
            name = columns.pop(self.column)
            path = _inside(name)
            if is_hidden(os.fsencode(os.path.normpath(name))):
                problem = "hidden: a name like ._photo.jpg is a Mac's copy, no image"
                yield SourceImage(printable(name), columns=columns, problem=problem)
            elif path is None:
                problem = "outside the root: only files below it are read"
                yield SourceImage(printable(name), columns=columns, problem=problem)
            else:
                yield _read_file(self._folder, path, columns)

    def fingerprint(self) -> str:
        """Checksum of the list and the sizes of its files."""
        digest = hashlib.sha256(file_checksum(self.path).encode())
        for names in self._rows[self.column].iterchunks():
            for name in map(as_text, names.to_pylist()):
                path = _inside(name)
                size = -1 if path is None else _size(self._folder, path)
                digest.update(b"%d\0" % size)
        return digest.hexdigest()

    @property
    def _folder(self) -> str:
        """What the paths are relative to."""
        return self.root or str(Path(self.path).parent)

    @cached_property
    def _rows(self) -> "pa.Table":
        if not Path(self.path).is_file():
            raise FileNotFoundError(f"no list of files {self.path!r}")
        rows = _read_table(self.path)
        if not rows.num_rows or self.column not in rows.column_names:
            raise ValueError(
                f"{self.path!r} needs rows and a column {self.column!r}; it has "
                f"{rows.num_rows} rows with the columns {rows.column_names}"
            )
        return rows

    def __getstate__(self) -> dict:
        return {name: value for name, value in vars(self).items() if name != "_rows"}


SOURCES = {"folder": FolderTree, "tar": TarShards, "list": FileList}
"""Sources by the name that job files use."""


def open_source(path: str, *, unit_size: int = 500) -> Source:
    """The source that fits a path: a folder, ``*.tar``, ``*.csv`` or ``*.parquet``.

    A folder that holds tars right below is tar shards.
    """
    if path.endswith((".csv", ".parquet")):
        return FileList(path, unit_size=unit_size)
    if path.endswith(".tar"):
        return TarShards(path)
    if any(Path(path).glob("[!.]*.tar")):
        return TarShards(f"{glob.escape(path)}/*.tar")
    return FolderTree(path, unit_size=unit_size)


def _report(place: str, counts: Mapping[str, int]) -> None:
    """Tell what of a source is passed over."""
    if text := describe_passed_over(counts):
        print_log(f"{printable(place)}: {text}", logger="current")


def _check_unit_size(unit_size: int) -> None:
    if unit_size < 1:
        raise ValueError(f"unit_size is {unit_size}; a unit needs 1 file or more")


def _inside(name: str) -> str | None:
    """Path of a list as it is read; None if it leads out of the root."""
    path = os.path.normpath(name)  # leaves ".." at the front only
    return None if path.split(os.sep, 1)[0] in ("", "..") else path


def _size(root: str, name: str) -> int:
    """Bytes of a file, -1 if there is none."""
    try:
        return os.stat(_path(root, name)).st_size  # noqa: PTH116
    except (OSError, ValueError):
        return -1


def _path(root: str, name: str) -> bytes:
    return os.path.join(os.fsencode(root), os.fsencode(name))  # noqa: PTH118


def _read_file(root: str, name: str, columns: dict) -> SourceImage:
    path = _path(root, name)
    data, problem = b"", ""
    try:
        status = os.stat(path)  # noqa: PTH116
        if not stat.S_ISREG(status.st_mode):  # opening a pipe would wait for ever
            problem = "unreadable: no regular file"
        elif status.st_size > MAX_IMAGE_BYTES:
            problem = f"too large: over {MAX_IMAGE_BYTES} bytes"
        else:
            with open(path, "rb") as file:  # noqa: PTH123
                data = file.read(MAX_IMAGE_BYTES)
    except (OSError, ValueError) as error:  # ValueError: a zero byte in the name
        problem = f"unreadable: {getattr(error, 'strerror', error)}"
    return SourceImage(printable(name), data, columns, problem)


def _members(path: str) -> tuple[list[tuple[bytes, bytes, int, int]], str]:
    """Stem, suffix, offset and size of the members, and what ended the shard early."""
    members = []
    try:
        for name, offset, size in scan_tar(path):
            folder, slash, last = name.rpartition(b"/")
            stem, dot, suffix = last.rpartition(b".")
            if not dot:
                stem, suffix = last, b""
            members.append((folder + slash + stem, dot + suffix, offset, size))
    except ValueError as error:
        return members, str(error).replace(repr(path), "it")
    return members, ""


def _samples(
    members: list[tuple[bytes, bytes, int, int]],
) -> Iterator[tuple[bytes, dict[bytes, tuple[int, int]]]]:
    """Stem of each sample, and offset and size of its members by their suffix."""
    current, sample = b"", {}
    for stem, suffix, offset, size in members:
        if sample and (stem != current or suffix in sample):
            yield current, sample
            sample = {}
        current = stem
        sample[suffix] = offset, size
    if sample:
        yield current, sample


def _json_columns(data: bytes) -> dict[str, str]:
    """Values of a JSON object as text; nothing if it is none."""
    try:
        content = json.loads(data)
        if not isinstance(content, dict):
            return {}
        return {printable(key): as_text(value) for key, value in content.items()}
    except (ValueError, RecursionError):
        return {}


def _read_table(path: str) -> "pa.Table":
    """The list, columns of a CSV as text: ``0012`` stays what it is."""
    import pyarrow as pa
    from pyarrow import csv as arrow_csv
    from pyarrow import parquet

    try:
        if path.endswith(".parquet"):
            rows = parquet.read_table(path)
            list(rows.column_names)  # raises here if one is no text
            rows.validate(full=True)  # and here if a cell of text is none
            return rows
        with Path(path).open(newline="", encoding="utf-8-sig") as file:
            names = next(csv.reader(file), [])
        options = arrow_csv.ConvertOptions(
            column_types={name: pa.string() for name in names},
            strings_can_be_null=False,
        )
        parse = arrow_csv.ParseOptions(newlines_in_values=True)
        return arrow_csv.read_csv(path, convert_options=options, parse_options=parse)
    except (pa.ArrowException, csv.Error, OSError, ValueError) as error:
        raise ValueError(f"{path!r} is no list that can be read: {error}") from error
