"""One row per face and one per rejected image, in parquet."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

try:
    import pyarrow as pa
    from pyarrow import compute, parquet
except ImportError as error:
    raise ImportError("face preparation needs `pip install pyarrow`") from error


from mcf.utils.atomic_file import whole_file

ACCEPTED, REJECTED = "accepted", "rejected"
MANIFEST = "manifest.parquet"
SCHEMA = pa.schema(
    [
        ("unit", pa.int32()),  # unit, position, face: the key, also the order
        ("position", pa.int32()),  # of the image in the unit
        ("face", pa.int32()),  # in the image, best first; -1 for an image without
        ("image", pa.string()),  # name in the source
        ("status", pa.string()),
        ("reason", pa.string()),  # why rejected, a few fixed words
        ("detail", pa.string()),  # more about that
        ("width", pa.int32()),  # of the upright image
        ("height", pa.int32()),
        ("box", pa.list_(pa.float32())),  # x1, y1, x2, y2
        ("points", pa.list_(pa.float32())),  # x1, y1 ... x5, y5
        ("score", pa.float32()),
        ("size", pa.float32()),  # this and what follows: see measures.py
        ("roll", pa.float32()),
        ("turn", pa.float32()),
        ("outside", pa.float32()),  # share of the crop outside the image
        ("sharpness", pa.float32()),
        ("picture_hash", pa.uint64()),
        ("recipe", pa.string()),
        ("checksum", pa.string()),  # SHA-256 of the encoded crop
        ("name", pa.string()),  # of the crop in its shard
        ("shard", pa.string()),  # beside the manifest
        ("offset", pa.int64()),  # of the crop's bytes in the shard
        ("length", pa.int64()),
    ]
)
"""Columns of every manifest. Columns of the source follow as ``source_<name>``."""
ALWAYS = ("unit", "position", "face", "image", "status", "reason")
OF_FACES = ("picture_hash", "checksum", "name", "shard", "offset", "length")
LENGTHS = {"box": 4, "points": 10}
PATTERNS = {
    "checksum": "^[0-9a-f]{64}$",
    "name": r"\.(jpg|png)$",
    "shard": r"^[^/\\]+\.tar$",
}


def schema_with(columns: Sequence[str]) -> pa.Schema:
    """The schema and columns of the source, as text."""
    extra = [pa.field(f"source_{name}", pa.string()) for name in columns]
    return pa.schema([*SCHEMA, *extra])


def write_rows(rows: Iterable[dict], path: Path, schema: pa.Schema) -> None:
    """Write a small manifest atomically."""
    with whole_file(path) as file:
        parquet.write_table(pa.Table.from_pylist(list(rows), schema=schema), file)


def read_batches(
    path: Path, columns: Sequence[str] | None = None
) -> Iterator[pa.Table]:
    """A manifest of any size, one piece after the other.

    Raises:
        FileNotFoundError: If there is none.
        ValueError: If it is damaged or no manifest: another type of a column, or
            something that a row must have is missing or outside its range.
    """
    if not path.is_file():
        raise FileNotFoundError(
            f"no {path.name} in {str(path.parent)!r}; give a folder that "
            "prepare_faces.py has finished"
        )
    with _named(path), parquet.ParquetFile(path) as file:
        _check_schema(file.schema_arrow)
        for batch in file.iter_batches(columns=columns):
            batch.validate(full=True)
            table = pa.Table.from_batches([batch])
            _check_rows(table)
            yield table


def read_schema(path: Path) -> pa.Schema:
    """Columns of a manifest.

    Raises:
        ValueError: As :func:`read_batches`.
    """
    with _named(path):
        schema = parquet.read_schema(path)
        _check_schema(schema)
        return schema


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Errors of Arrow with the path."""
    try:
        yield
    except (pa.ArrowException, OSError, ValueError) as error:
        raise ValueError(
            f"{str(path)!r} is no manifest, or damaged: {error}"
        ) from error


def _check_schema(schema: pa.Schema) -> None:
    """Refuse other columns than those of a manifest and of a source."""
    for field in SCHEMA:
        found = schema.field(field.name).type if field.name in schema.names else None
        if found != field.type:
            raise ValueError(f"column {field.name!r} is {found}, not {field.type}")
    for name in schema.names[len(SCHEMA) :]:
        if not name.startswith("source_") or schema.field(name).type != pa.string():
            raise ValueError(f"column {name!r} is no text of a source")


def _check_rows(table: pa.Table) -> None:
    """Refuse rows that lack what every row has, and numbers outside their range."""
    for name in set(ALWAYS).intersection(table.column_names):
        if table[name].null_count:
            raise ValueError(f"column {name!r} has gaps")
    for name in set(LENGTHS).intersection(table.column_names):
        lengths = compute.unique(compute.list_value_length(table[name])).to_pylist()
        if not {LENGTHS[name], None}.issuperset(lengths):
            raise ValueError(f"column {name!r} has lists of {lengths} numbers")
    if "status" not in table.column_names:
        return
    faces = table.filter(pa.array(accepted(table)))
    for name in set(OF_FACES).intersection(table.column_names):
        if faces[name].null_count:
            raise ValueError(f"column {name!r} of an accepted face has gaps")
        if (
            name in ("offset", "length")
            and compute.any(compute.less(faces[name], 0)).as_py()
        ):
            raise ValueError(f"{name} is below 0")
        if (
            name in PATTERNS
            and not compute.all(
                compute.match_substring_regex(faces[name], PATTERNS[name]), min_count=0
            ).as_py()
        ):
            raise ValueError(f"{name} of an accepted face is not {PATTERNS[name]}")


def accepted(table: pa.Table) -> np.ndarray:
    """Which rows are faces of the store, bool [N]."""
    status = table["status"].to_numpy(zero_copy_only=False)
    return status == ACCEPTED


def replace_columns(table: pa.Table, values: dict[str, Sequence]) -> pa.Table:
    """The table with some of its columns exchanged."""
    for name, column in values.items():
        place = table.schema.get_field_index(name)
        field = table.schema.field(place)
        table = table.set_column(place, field, pa.array(column, type=field.type))
    return table
