"""Manifest of a folder of composed masks: its content, with checksums."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from mcf.datasets.parsing.class_sets import get_order
from mcf.utils.atomic_file import write_atomically
from mcf.utils.bounded_file import read_text
from mcf.utils.checksums import checksum

FIELDS = ("image_id", "parts", "empty", "sha256")


@dataclass(frozen=True)
class MaskRecord:
    """What is known about a composed mask.

    Attributes:
        image_id: Of which image.
        parts: Parts that had a file.
        empty: Those of them without a pixel.
        sha256: Checksum of the mask file.
    """

    image_id: int
    parts: list[str]
    empty: list[str]
    sha256: str

    def to_line(self) -> str:
        """The record as a line of the manifest."""
        return json.dumps(asdict(self)) + "\n"


def cache_folder(root: Path, order: str) -> Path:
    """Default folder for the masks of an order."""
    get_order(order)
    return root / f"CelebAMask-HQ-mask-{order}"


def manifest_path(folder: Path) -> Path:
    """The manifest of a folder of masks."""
    return folder / "manifest.jsonl"


def mask_path(folder: Path, image_id: int) -> Path:
    """The composed mask of an image."""
    return folder / f"{image_id}.png"


def is_intact(folder: Path, record: MaskRecord) -> bool:
    """Whether the mask of a record is there and has the recorded checksum."""
    path = mask_path(folder, record.image_id)
    return path.is_file() and checksum(path.read_bytes()) == record.sha256


def read_manifest(folder: Path, order: str) -> dict[int, MaskRecord]:
    """Records of a folder of composed masks, by image id.

    A last line that a killed process left unfinished is left out.

    Raises:
        FileNotFoundError: If there is no manifest.
        ValueError: If its masks are of another order, or it is no manifest.
    """
    path = manifest_path(folder)
    header, *lines = read_text(path).splitlines() or [""]
    try:
        found = json.loads(header)["order"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ValueError(
            f"{path} is no manifest of masks; remove the folder and compose again"
        ) from error
    if found != order:
        raise ValueError(
            f"{folder} holds masks of the order {found!r}, not {order!r}: these are "
            "two benchmarks; name another folder"
        )
    records = {}
    for line in lines:
        try:
            content = json.loads(line)
        except (ValueError, RecursionError):
            continue
        record = _record(content)
        if record is None:
            raise ValueError(
                f"{path} has the line {line[:80]!r}, which is of no mask; remove the "
                "folder and compose again"
            )
        records[record.image_id] = record
    return records


def _record(content: object) -> MaskRecord | None:
    """The record of a line, if all of it is of the right type."""
    if not isinstance(content, dict) or content.keys() != set(FIELDS):
        return None
    image_id, parts, empty, digest = (content[name] for name in FIELDS)
    names = [parts, empty] if isinstance(parts, list) and isinstance(empty, list) else 0
    if not (type(image_id) is int and names and isinstance(digest, str)):
        return None
    texts = all(isinstance(name, str) for name in [*parts, *empty])
    return MaskRecord(**content) if texts else None


def write_manifest(folder: Path, order: str, records: Iterable[MaskRecord]) -> None:
    """Write the whole manifest atomically, sorted by image id."""
    header = json.dumps({"order": order, "classes": get_order(order).classes})
    lines = [record.to_line() for record in sorted(records, key=lambda r: r.image_id)]
    text = "".join([f"{header}\n", *lines])
    write_atomically(text.encode(), manifest_path(folder))
