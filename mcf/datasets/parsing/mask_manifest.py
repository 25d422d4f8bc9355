"""Manifest of a folder of composed masks: what is in it, with checksums."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from mcf.datasets.parsing.class_sets import get_order
from mcf.utils.atomic_file import write_atomically
from mcf.utils.checksums import checksum


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
    """Where the masks of an order are kept unless told otherwise."""
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
    header, *lines = path.read_text(encoding="utf-8").splitlines() or [""]
    try:
        found = json.loads(header)["order"]
    except (json.JSONDecodeError, KeyError, TypeError) as error:
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
            record = MaskRecord(**json.loads(line))
        except json.JSONDecodeError:
            continue
        records[record.image_id] = record
    return records


def write_manifest(folder: Path, order: str, records: Iterable[MaskRecord]) -> None:
    """Write the whole manifest atomically, sorted by image id."""
    header = json.dumps({"order": order, "classes": get_order(order).classes})
    lines = [record.to_line() for record in sorted(records, key=lambda r: r.image_id)]
    text = "".join([f"{header}\n", *lines])
    write_atomically(text.encode(), manifest_path(folder))
