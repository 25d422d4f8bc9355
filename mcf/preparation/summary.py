"""A page about a prepared store that a person can look through."""

import hashlib
from collections import Counter, defaultdict
from pathlib import Path

import cv2
import numpy as np

from mcf.crops.face import Face
from mcf.crops.recipes import crop_matrix, warp
from mcf.datasets.stores.shard_files import ShardFiles
from mcf.preparation.job import Job
from mcf.preparation.manifest import MANIFEST, read_batches
from mcf.preparation.prepare import Report
from mcf.utils.atomic_file import write_atomically
from mcf.utils.decoding import NO_LIMITS, decode_image
from mcf.visualization.canvas import PAPER, picture_table, resize, write
from mcf.visualization.page import Page, Picture, Table, Text

SIDE = 112
COLUMNS = 8
SAMPLES = 3 * COLUMNS

Samples = dict[str, list[dict]]


def write_summary(job: Job, folder: Path, report: Report) -> Path:
    """Write ``summary.html`` with counts and contact sheets, accepted and by reason.

    Samples are chosen by checksum, from few units, and hence the same each time.
    Images that could not be decoded are not touched again: their tile tells why.

    Args:
        job: What was done.
        folder: Folder of the preparation.
        report: What came out.
    """
    store = folder / "faces"
    counts, samples = _survey(store)
    tiles = _accepted_tiles(store, samples.get("", []))
    tiles |= _rejected_tiles(job, samples)
    reasons = sorted(counts, key=lambda reason: (reason != "", -counts[reason], reason))
    not_prepared = [Table("Not prepared", ("unit", "why"), [*report.failures.items()])]
    page = Page(
        f"{report.faces:,} faces prepared",
        [
            Text(
                f"Cut by the recipe {job.recipe.label} from "
                f"{report.counts['images']:,} images. Each sheet shows samples; a tile "
                "tells the number that decided."
            ),
            *(
                Picture(
                    f"{reason or 'accepted'}: {len(samples[reason])} of "
                    f"{counts[reason]:,}",
                    _sheet([tiles[_key(row)] for row in samples[reason]]),
                )
                for reason in reasons
            ),
            Table(
                "Faces and rejected images",
                ("reason", "rows"),
                [(reason or "accepted", f"{counts[reason]:,}") for reason in reasons],
            ),
            *(not_prepared if report.failures else []),
            Table("Settings", (), _settings(job.to_dict())),
        ],
    )
    path = folder / "summary.html"
    write_atomically(page.to_html(), path)
    return path


def _survey(store: Path) -> tuple[Counter, Samples]:
    """Rows by reason, and for each reason the samples."""
    counts: Counter = Counter()
    samples: Samples = defaultdict(list)
    for table in read_batches(store / MANIFEST):
        reasons = table["reason"].to_pylist()
        counts.update(reasons)
        order = [_order(*key) for key in zip(*(table[x].to_pylist() for x in KEY))]
        for reason in set(reasons):
            mine = [i for i, other in enumerate(reasons) if other == reason]
            mine = sorted(mine, key=order.__getitem__)[:SAMPLES]
            rows = samples[reason] + table.take(mine).to_pylist()
            rows.sort(key=lambda row: _order(*_key(row)))
            samples[reason] = rows[:SAMPLES]
    return counts, samples


KEY = ("unit", "position", "face")


def _key(row: dict) -> tuple[int, int, int]:
    return tuple(row[name] for name in KEY)


def _order(unit: int, position: int, face: int) -> tuple[bytes, bytes]:
    """Random, the same each time, with the rows of a unit together."""
    key = f"{unit} {position} {face}".encode()
    return (
        hashlib.blake2b(str(unit).encode(), digest_size=8).digest(),
        hashlib.blake2b(key, digest_size=8).digest(),
    )


def _accepted_tiles(store: Path, rows: list[dict]) -> dict[tuple, np.ndarray]:
    files = ShardFiles([str(store / row["shard"]) for row in rows])
    tiles = {}
    for number, row in enumerate(rows):
        data = files.read(number, row["offset"], row["length"])
        tiles[_key(row)] = _tile(_decode(data), "")
    return tiles


def _rejected_tiles(job: Job, samples: Samples) -> dict[tuple, np.ndarray]:
    """Tiles of rejected rows; their images are read from the source once more."""
    wanted: dict[int, dict[int, list[dict]]] = defaultdict(lambda: defaultdict(list))
    tiles = {}
    for reason, rows in samples.items():
        for row in rows if reason else ():
            if row["width"] is None:  # was never decoded, and is not now
                tiles[_key(row)] = _text_tile(row["detail"] or row["image"])
            else:
                wanted[row["unit"]][row["position"]].append(row)
    for unit, positions in wanted.items():
        for position, source in enumerate(job.source.images(job.source.unit(unit))):
            if position > max(positions):
                break
            rows = positions.get(position)
            image = _decode(source.data) if rows else None
            tiles |= {_key(row): _rejected_tile(job, image, row) for row in rows or ()}
    return tiles


def _decode(data: bytes) -> np.ndarray:
    return decode_image(data, **NO_LIMITS)


def _rejected_tile(job: Job, image: np.ndarray, row: dict) -> np.ndarray:
    """The face as it would have been cut, else the whole image."""
    if row["box"]:
        points = row["points"] and np.reshape(row["points"], (5, 2))
        face = Face(np.array(row["box"]), row["score"], points)
        try:
            matrix = crop_matrix(job.recipe, face, (row["width"], row["height"]))
            image = warp(image, matrix, job.recipe.size, border=job.recipe.border)
        except ValueError:
            return _tile(image, row["detail"])
    return _tile(image, row["detail"].partition(",")[0])


def _tile(image: np.ndarray, text: str) -> np.ndarray:
    """Picture [112,112,3] of a BGR image with a line on it."""
    scale = SIDE / max(image.shape[:2])
    height, width = (max(1, round(side * scale)) for side in image.shape[:2])
    tile = np.full((SIDE, SIDE, 3), 236, np.uint8)
    top, left = (SIDE - height) // 2, (SIDE - width) // 2
    rgb = cv2.cvtColor(image, cv2.COLOR_BGR2RGB)
    tile[top : top + height, left : left + width] = resize(rgb, height, width)
    if text:
        place = (SIDE / 2, SIDE - 3)
        white = (255, 255, 255)
        tile = write(
            tile, text[:20], at=place, anchor="md", size=11, colour=white, outline=1
        )
    return tile


def _text_tile(text: str) -> np.ndarray:
    tile = np.full((SIDE, SIDE, 3), 236, np.uint8)
    lines = [text[i : i + 19] for i in range(0, min(len(text), 95), 19)]
    return write(tile, "\n".join(lines), at=(SIDE / 2, SIDE / 2), size=10)


def _sheet(tiles: list[np.ndarray]) -> np.ndarray:
    columns = min(COLUMNS, len(tiles))
    empty = np.full((SIDE, SIDE, 3), PAPER, np.uint8)
    tiles = tiles + [empty] * (-len(tiles) % columns)
    rows = [tiles[i : i + columns] for i in range(0, len(tiles), columns)]
    return picture_table(rows, [""] * columns)


def _settings(values: dict) -> list[tuple[str, str]]:
    rows = []
    for name, value in values.items():
        if isinstance(value, dict):
            text = ", ".join(f"{key} {item}" for key, item in value.items())
        else:
            text = ", ".join(map(str, value)) or "none"
        rows.append((name, text))
    return rows
