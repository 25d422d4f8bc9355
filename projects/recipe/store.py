"""The faces to pre-train on: all of a store but those that a test set holds too."""

import csv
import io
import tarfile
from pathlib import Path

from mcf.utils.atomic_file import write_atomically


def copies_of_test_images(table: Path) -> set[str]:
    """Names that ``utkface.csv`` marks as byte for byte the same as a test image."""
    with table.open(newline="") as file:
        rows = csv.DictReader(file)
        return {row["file"] for row in rows if row["same_as_a_test_image"]}


def leave_out(source: Path, names: set[str], target: Path) -> int:
    """Copy tar shards without some of their images.

    Args:
        source: Folder of the shards.
        names: File names to leave out.
        target: Folder of the copies; shards that it has already are left alone.

    Returns:
        How many images the new copies hold.
    """
    target.mkdir(parents=True, exist_ok=True)
    kept = 0
    for shard in sorted(source.glob("*.tar")):
        if (target / shard.name).exists():
            continue
        buffer = io.BytesIO()
        with tarfile.open(shard) as old, tarfile.open(fileobj=buffer, mode="w") as new:
            for member in old:
                if Path(member.name).name not in names:
                    new.addfile(member, old.extractfile(member))
                    kept += member.isfile()
        write_atomically(buffer.getvalue(), target / shard.name)
    return kept
