"""Writing a face store with its manifest: from parts, or from other stores."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import parquet

from mcf.datasets.stores.metainfo import FACTS
from mcf.datasets.stores.pack import write_shards
from mcf.datasets.stores.shard_files import ShardFiles
from mcf.datasets.stores.tar_index import scan_tar
from mcf.preparation.duplicates import (
    MAX_DISTANCE,
    exact_duplicates,
    near_duplicates,
)
from mcf.preparation.manifest import (
    MANIFEST,
    REJECTED,
    accepted,
    read_batches,
    read_schema,
    replace_columns,
)
from mcf.preparation.query import parse_query
from mcf.utils.atomic_file import whole_file, write_atomically
from mcf.utils.atomic_folder import whole_folder
from mcf.utils.bounded_file import read_json

SUFFIXES = (".jpg", ".png")


@dataclass(frozen=True)
class Input:
    """A manifest and its shards.

    Attributes:
        manifest: The file.
        first_unit: Added to its unit numbers.
    """

    manifest: Path
    first_unit: int = 0


@dataclass(frozen=True)
class StoreOptions:
    """How a store is written.

    Attributes:
        shard_size: Faces a tar shard.
        near: Also drop faces whose picture hash differs from that of an earlier one
            in at most so many bits, 0 to 3; None drops exact duplicates only.
        where: Condition on the manifest's columns, see
            :func:`~mcf.preparation.query.parse_query`. Rows that do not meet it are
            left out, rejected ones too.
    """

    shard_size: int = 10_000
    near: int | None = None
    where: str = ""

    def __post_init__(self) -> None:
        if self.shard_size < 1:
            raise ValueError(
                f"shard_size is {self.shard_size}; a shard needs 1 face or more"
            )
        if self.near is not None and not 0 <= self.near <= MAX_DISTANCE:
            raise ValueError(
                f"near is {self.near}; give 0 to {MAX_DISTANCE} bits, or leave it out "
                "to drop equal crops only"
            )


def write_store(
    inputs: Sequence[Input], folder: Path, facts: dict, options: StoreOptions
) -> int:
    """Tar shards, manifest and facts in a folder that appears whole or not at all.

    Faces keep the order of the inputs and get running numbers as names. Faces with
    equal bytes (or near ones) are rejected but for the first. Equal inputs give equal
    bytes. Needs 130 bytes of memory a face, with ``near`` 230.

    Args:
        inputs: Where the faces are.
        folder: Where the store goes; a store that is there is replaced. Only one
            process may write it at a time.
        facts: What ``store.json`` tells besides the number of faces.
        options: How to write.

    Returns:
        The number of faces.
    """
    places, duplicates = _survey(inputs, options)
    faces = _Faces([str(file) for file in _shards(inputs)], places[duplicates < 0])
    with whole_folder(folder, replace=True) as building:
        shards = write_shards(faces, building, shard_size=options.shard_size)
        with (
            whole_file(building / MANIFEST) as file,
            parquet.ParquetWriter(file, _schema(inputs), compression="zstd") as writer,
        ):
            for table in _final_rows(inputs, options, shards, duplicates):
                writer.write_table(table)
        content = json.dumps(facts | {"faces": len(faces)}, indent=2, sort_keys=True)
        write_atomically(content + "\n", building / FACTS)
    return len(faces)


def combine(stores: Sequence[Path], folder: Path, options: StoreOptions) -> int:
    """Write one store from others: merged, re-sharded, or what meets a condition.

    Raises:
        FileNotFoundError: If one of them is no store.
        ValueError: If ``folder`` exists, or the stores' crops were cut differently.
    """
    if folder.exists():
        raise ValueError(f"{str(folder)!r} exists; remove it or name another")
    facts = [read_facts(store) for store in stores]
    recipes = [fact["crop"] for fact in facts]
    if any(recipe != recipes[0] for recipe in recipes):
        raise ValueError(
            f"these stores were cut by different recipes {recipes}; prepare the "
            "sources again with one recipe"
        )
    inputs, first = [], 0
    for store in stores:
        inputs.append(Input(store / MANIFEST, first))
        units = (table["unit"].to_numpy() for table in read_batches(store / MANIFEST))
        first += 1 + max((int(column.max()) for column in units), default=-1)
    jobs = [job for fact in facts for job in fact["jobs"]]
    return write_store(inputs, folder, {"crop": recipes[0], "jobs": jobs}, options)


def read_facts(folder: Path) -> dict:
    """Content of ``store.json``: ``crop`` (the recipe), ``jobs`` and ``faces``.

    Raises:
        FileNotFoundError: If the folder is no prepared store.
        ValueError: If the file is damaged.
    """
    path = folder / FACTS
    if not path.is_file():
        raise FileNotFoundError(
            f"no {FACTS} in {str(folder)!r}; give a store that prepare_faces.py wrote"
        )
    facts = read_json(path)
    types = {"crop": dict, "jobs": list, "faces": int}
    wrong = [
        name
        for name, kind in types.items()
        if not isinstance(facts, dict) or not isinstance(facts.get(name), kind)
    ]
    if wrong:
        raise ValueError(f"{path} tells no right {', '.join(wrong)}; prepare again")
    return facts


class _Faces:
    """Accepted faces of all inputs as an image store.

    Args:
        shards: Files that hold them.
        places: Shard, offset and length of each, int64 [N,4] with its format last.
    """

    def __init__(self, shards: list[str], places: np.ndarray) -> None:
        self.metainfo: dict = {}  # write_store tells more
        self.passed_over: dict[str, int] = {}
        self._files = ShardFiles(shards)
        self._places = places

    def __len__(self) -> int:
        return len(self._places)

    def name(self, index: int) -> str:
        return f"{index:09d}{SUFFIXES[self._places[index, 3]]}"

    def read(self, index: int) -> bytes:
        return self._files.read(*self._places[index, :3].tolist())


def _schema(inputs: Sequence[Input]) -> pa.Schema:
    """Columns of all inputs; those of the source may differ."""
    schemas = [read_schema(each.manifest) for each in inputs]
    return pa.unify_schemas(dict.fromkeys(schemas)) if schemas else pa.schema([])


def _tables(inputs: Sequence[Input], options: StoreOptions) -> Iterator[tuple]:
    """Each input with its rows, piece by piece, as far as they meet the condition."""
    columns = _schema(inputs).names
    query = parse_query(options.where, columns) if options.where else None
    for each in inputs:
        for table in read_batches(each.manifest):
            missing = [name for name in columns if name not in table.column_names]
            for name in missing:
                table = table.append_column(name, pa.nulls(len(table), pa.string()))
            table = table.select(columns)  # a writer wants them in one order
            yield each, table if query is None else table.filter(query)


def _shards(inputs: Sequence[Input]) -> list[Path]:
    """Every shard of the inputs, without looking into manifests."""
    return sorted(
        {
            shard
            for each in inputs
            for shard in (
                each.manifest.parent.glob("[!.]*.tar")
                if each.manifest.name == MANIFEST
                else [each.manifest.with_suffix(".tar")]
            )
        }
    )


def _survey(
    inputs: Sequence[Input], options: StoreOptions
) -> tuple[np.ndarray, np.ndarray]:
    """Shard, offset, length and format of accepted faces [N,4]; what each repeats."""
    numbers = {path: number for number, path in enumerate(_shards(inputs))}
    places, checksums, hashes = [], [], []
    for each, table in _tables(inputs, options):
        table = table.filter(pa.array(accepted(table)))
        folder = each.manifest.parent
        columns = (table[name].to_pylist() for name in ("shard", "offset", "length"))
        names = table["name"].to_pylist()
        missing = {folder / shard for shard in table["shard"].unique().to_pylist()}
        if missing := sorted(missing.difference(numbers)):
            raise ValueError(f"{each.manifest} names {str(missing[0])!r}, not there")
        rows = [
            (numbers[folder / shard], offset, length, SUFFIXES.index(name[-4:]))
            for shard, offset, length, name in zip(*columns, names)
        ]
        places.append(np.array(rows, dtype=np.int64).reshape(-1, 4))
        digests = b"".join(bytes.fromhex(x[:32]) for x in table["checksum"].to_pylist())
        checksums.append(np.frombuffer(digests, dtype=">u8").astype(np.uint64))
        hashes.append(table["picture_hash"].to_numpy())
    if not places:
        return np.zeros((0, 4), dtype=np.int64), np.zeros(0, dtype=np.int64)
    duplicates = exact_duplicates(np.concatenate(checksums).reshape(-1, 2))
    if options.near is not None:
        single = np.flatnonzero(duplicates < 0)
        near = near_duplicates(np.concatenate(hashes)[single], options.near)
        duplicates[single[near >= 0]] = single[near[near >= 0]]
    return np.concatenate(places), duplicates


def _final_rows(
    inputs: Sequence[Input],
    options: StoreOptions,
    shards: Sequence[Path],
    duplicates: np.ndarray,
) -> Iterator[pa.Table]:
    """Rows with their places in the new shards, duplicates rejected."""
    members = ((shard.name, *member) for shard in shards for member in scan_tar(shard))
    names = np.cumsum(duplicates < 0) - 1
    seen = 0
    changing = ("status", "reason", "detail", "name", "shard", "offset", "length")
    for each, table in _tables(inputs, options):
        values = {name: table[name].to_pylist() for name in changing}
        for row in np.flatnonzero(accepted(table)):
            first = duplicates[seen]
            if first < 0:
                shard, name, offset, length = next(members)
                new = {"name": name.decode(), "shard": shard}
                new |= {"offset": offset, "length": length}
            else:
                detail = f"like face {_kept(duplicates, names, first)}"
                new = {"status": REJECTED, "reason": "duplicate", "detail": detail}
                new |= dict.fromkeys(("name", "shard", "offset", "length"))
            for name, value in new.items():
                values[name][row] = value
            seen += 1
        units = table["unit"].to_numpy() + each.first_unit
        yield replace_columns(table, {**values, "unit": units})


def _kept(duplicates: np.ndarray, names: np.ndarray, index: int) -> int:
    """Number of the face that stands for a duplicate, through chains of near ones."""
    while duplicates[index] >= 0:
        index = duplicates[index]
    return int(names[index])
