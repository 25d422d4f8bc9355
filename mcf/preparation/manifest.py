"""One row a face and one a rejected image, in parquet."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

try:
    import pyarrow as pa
    from pyarrow import parquet
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
    """
    if not path.is_file():
        raise FileNotFoundError(
            f"no {path.name} in {str(path.parent)!r}; give a folder that "
            "prepare_faces.py has finished"
        )
    with parquet.ParquetFile(path) as file:
        for batch in file.iter_batches(columns=columns):
            yield pa.Table.from_batches([batch])


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
