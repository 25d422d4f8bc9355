"""Whether a face store is what its manifest says."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from mcf.datasets.stores.shard_files import ShardFiles
from mcf.datasets.stores.tar_index import scan_tar
from mcf.preparation.manifest import ACCEPTED, MANIFEST, read_batches
from mcf.preparation.store import read_facts
from mcf.utils.checksums import checksum
from mcf.utils.decoding import BadImageError, decode_image

COLUMNS = ("unit", "position", "face", "status", "checksum", "name", "shard")
Place = tuple[str, str, int, int]


def check_store(folder: Path) -> tuple[int, list[str]]:
    """Read every face, compare it with its checksum, decode it, compare all places.

    Memory does not grow with the store.

    Args:
        folder: The store.

    Returns:
        The number of faces in the manifest, and what is wrong, a line each.

    Raises:
        FileNotFoundError: If the folder is no store.
    """
    facts = read_facts(folder)
    shards = sorted(folder.glob("*.tar"))
    members, faces, previous = _members(shards), 0, (-1, -1, -1)
    problems: list[str] = []
    apart = False
    by_name = {shard.name: shard for shard in shards}
    examine = partial(_examine, by_name, facts["crop"].get("size"))
    with ThreadPoolExecutor() as threads:
        for rows in _accepted_rows(folder):
            problems += filter(None, threads.map(examine, rows))
            for row in rows:
                key = (row["unit"], row["position"], row["face"])
                if key <= previous:
                    problems.append(f"{row['name']}: face {key} is repeated or astray")
                previous = key
                place = tuple(row[x] for x in ("shard", "name", "offset", "length"))
                if not apart and (found := next(members, None)) != place:
                    apart = True
                    problems.append(f"the manifest has {place}, the shards {found}")
            faces += len(rows)
    if not apart and (found := next(members, None)) is not None:
        problems.append(f"the shards have {found}, the manifest ends before it")
    if faces != facts["faces"]:
        problems.append(f"store.json tells of {facts['faces']} faces, not {faces}")
    return faces, problems


def _accepted_rows(folder: Path) -> Iterator[list[dict]]:
    for table in read_batches(folder / MANIFEST, [*COLUMNS, "offset", "length"]):
        yield [row for row in table.to_pylist() if row["status"] == ACCEPTED]


def _members(shards: Sequence[Path]) -> Iterator[Place | str]:
    """Where the members of all shards lie; a message in the place of a damaged rest."""
    for shard in shards:
        try:
            for name, offset, size in scan_tar(str(shard)):
                yield shard.name, name.decode("utf-8", "replace"), offset, size
        except (OSError, ValueError) as error:
            yield str(error)


def _examine(shards: dict[str, Path], size: int, row: dict) -> str:
    """What is wrong with a face's bytes; '' if nothing is."""
    name = row["name"]
    if row["shard"] not in shards:
        return f"{name}: no shard {row['shard']!r}"
    try:
        data = _read(shards[row["shard"]], row["offset"], row["length"])
        if checksum(data) != row["checksum"]:
            return f"{name}: other bytes than were prepared"
        image = decode_image(data, min_size=1, max_pixels=2**26, max_aspect=1)
    except (OSError, BadImageError) as error:
        return f"{name}: {error}"
    shape = image.shape[:2]
    return "" if shape == (size, size) else f"{name}: {shape} instead of {size}"


def _read(path: Path, offset: int, length: int) -> bytes:
    """Bytes of a shard, opened for them alone, because threads read at once."""
    return ShardFiles([str(path)]).read(0, offset, length)
