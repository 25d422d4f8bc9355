"""Boxes that somebody has detected before."""

import csv
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import numpy as np

from mcf.crops.face import Face
from mcf.detection.base import Finder
from mcf.detection.source_image import SourceImage
from mcf.utils.atomic_file import whole_file
from mcf.utils.checksums import file_checksum
from mcf.utils.decoding import BadImageError
from mcf.utils.text import as_text

WIDTH = 15  # box, score, five points
PARTS = ("keys.npy", "starts.npy", "faces.npy")
ARRAYS = (("uint64", ()), ("int64", ()), ("float32", (WIDTH,)))
"""Type of each part, and its shape after the first dimension."""
MAX_FACES = 10_000
"""Of an image."""
Detection = tuple[str, np.ndarray]


@dataclass(frozen=True)
class BoxesFromFile:
    """Looks faces up in an index made by :func:`build_box_index`.

    The index is mapped into memory: workers share its pages, and none reads more than
    it asks for. Boxes are in pixels of the upright image as it was downloaded. An image
    that the index does not know is rejected as ``not in the index``.

    Args:
        folder: The index.
        column: Column of the source that names an image in the index, such as
            ``SAMPLE_ID``; None takes the image's name.
    """

    folder: str
    column: str | None = None

    def open(self) -> Finder:
        """The mapped index."""
        keys, starts, faces = self._load()

        def find(image: np.ndarray, source: SourceImage) -> list[Face]:
            name = source.columns.get(self.column) if self.column else source.name
            if name is None:
                raise ValueError(f"the image has no column {self.column!r}")
            key = _key(name)
            place = int(np.searchsorted(keys, key))
            if place == len(keys) or keys[place] != key:
                raise BadImageError(f"not in the index: {name!r}")
            start, end = int(starts[place]), int(starts[place + 1])
            if not 0 <= start <= end <= min(len(faces), start + MAX_FACES):
                raise ValueError(f"the index is damaged: faces {start} to {end}")
            found = np.array(faces[start:end], dtype=float)
            return [
                _face(row) for row in found[np.argsort(-found[:, 4], kind="stable")]
            ]

        return find

    def versions(self) -> dict[str, str]:
        """Checksums of the index: another index is another result."""
        return {path.name: file_checksum(path) for path in self._files()}

    def _load(self) -> list[np.ndarray]:
        """Keys, starts and faces, mapped into memory."""
        arrays = []
        for path, (kind, shape) in zip(self._files(), ARRAYS):
            try:
                array = np.load(path, mmap_mode="r", allow_pickle=False)
            # NumPy parses the header as Python, whose tokenizer raises what it will.
            except Exception as error:
                raise ValueError(f"{path} is no array: {error}") from error
            if array.dtype != kind or (len(array), *array.shape[1:])[1:] != shape:
                raise ValueError(f"{path} is {array.dtype} {array.shape}")
            arrays.append(array)
        keys, starts, _ = arrays
        if len(starts) != len(keys) + 1:
            raise ValueError(f"the index {self.folder!r} has arrays of other indices")
        return arrays

    def _files(self) -> list[Path]:
        files = [Path(self.folder) / part for part in PARTS]
        if not all(path.is_file() for path in files):
            raise FileNotFoundError(
                f"no index of boxes in {self.folder!r}; make one with "
                "`prepare_faces.py index-boxes`, or detect with retinaface or cropped"
            )
        return files


def build_box_index(files: list[str | Path], folder: str | Path) -> int:
    """Write an index of boxes from files, for :class:`BoxesFromFile`.

    Args:
        files: LAION-Face's ``sample2detect_*.pth`` (protocol §3.7; read without
            executing what a pickle may contain) or CSV with the columns ``image, x1,
            y1, x2, y2`` and perhaps ``score`` and ``px1, py1 ... px5, py5``.
        folder: Where the index goes.

    Returns:
        The number of faces.

    Raises:
        ValueError: If a file cannot be read, or two images share a 64-bit key.
    """
    keys, counts, blocks, names = [], [], [], {}
    for path in map(Path, files):
        for name, rows in _laion(path) if path.suffix == ".pth" else _csv(path):
            key = int(_key(name))
            if names.setdefault(key, name) != name:
                raise ValueError(f"{name!r} and {names[key]!r} have the same key")
            keys.append(key)
            counts.append(len(rows))
            blocks.append(rows)
    if not any(counts):
        raise ValueError(f"no box in {[str(path) for path in files]}")
    unsorted = np.array(keys, dtype=np.uint64)
    order = np.argsort(unsorted, kind="stable")
    merged, first = np.unique(unsorted[order], return_index=True)
    starts = np.concatenate([[0], np.cumsum(np.array(counts)[order])])
    folder = Path(folder)
    for name, array in (
        ("keys", merged),
        ("starts", np.append(starts[first], starts[-1])),
        ("faces", np.concatenate([blocks[i] for i in order])),
    ):
        with whole_file(folder / f"{name}.npy") as file:
            np.save(file, array)
    return int(starts[-1])


def _key(name: str) -> np.uint64:
    digest = hashlib.blake2b(name.encode("utf-8", "surrogateescape"), digest_size=8)
    return np.uint64(int.from_bytes(digest.digest(), "big"))


def _face(row: np.ndarray) -> Face:
    points = row[5:].reshape(5, 2)
    known = np.isfinite(points).all()
    return Face(row[:4], float(row[4]), points if known else None)


def _laion(path: Path) -> Iterator[Detection]:
    import torch  # only for this: workers start often

    from mcf.checkpoint.safe_load import load_file

    content = load_file(path)
    if not isinstance(content, Mapping):
        raise ValueError(f"{path} holds no dictionary from sample to detections")
    for sample, detections in content.items():
        try:
            rows = np.empty((len(detections), WIDTH), dtype=np.float32)
            for row, (box, points, score) in zip(rows, detections):
                row[:4] = torch.as_tensor(box)[:4]
                row[4] = float(score)
                row[5:] = torch.as_tensor(points).reshape(10)
        except (IndexError, TypeError, ValueError, RuntimeError) as error:
            raise ValueError(f"{path}, sample {sample!r}: {error}") from error
        yield as_text(sample), rows


def _csv(path: Path) -> Iterator[Detection]:
    points = [f"p{axis}{number}" for number in range(1, 6) for axis in "xy"]
    with path.open(newline="", encoding="utf-8-sig") as file:
        lines = csv.DictReader(file)
        for number in count(2):
            try:
                line = next(lines, None)
                if line is None:
                    return
                row = [float(line[name]) for name in ("x1", "y1", "x2", "y2")]
                row.append(float(line.get("score") or 1))
                row += [float(line.get(name) or "nan") for name in points]
                image = line["image"]
            except (KeyError, TypeError, ValueError, csv.Error) as error:
                raise ValueError(f"{path} line {number}: {error!r}") from error
            yield image, np.array([row], dtype=np.float32)
