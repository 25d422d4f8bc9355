"""A unit of the source, prepared: the function that all workers run."""

import fcntl
import re
import tarfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np

from mcf.crops.face import Face
from mcf.crops.recipes import crop_matrix, outside_share, warp
from mcf.detection.base import Finder
from mcf.detection.source_image import SourceImage
from mcf.preparation.job import Job
from mcf.preparation.manifest import (
    ACCEPTED,
    REJECTED,
    read_batches,
    schema_with,
    write_rows,
)
from mcf.preparation.measures import (
    face_size,
    picture_hash,
    roll_and_turn,
    sharpness,
    small_grey,
)
from mcf.preparation.unit_of_work import Unit
from mcf.utils.atomic_file import whole_file
from mcf.utils.checksums import checksum
from mcf.utils.decoding import BadImageError, decode_image

Row = dict[str, object]
Begin = Callable[[int | None], None]


@dataclass(frozen=True)
class Parts:
    """Places of the results of units.

    Attributes:
        folder: The folder; on a cluster, one that all machines see.
    """

    folder: Path

    def rows(self, index: int) -> Path:
        """Manifest of a unit; where it is, the unit is finished."""
        return self.folder / f"{index:06d}.parquet"

    def crops(self, index: int) -> Path:
        """Crops of a unit."""
        return self.folder / f"{index:06d}.tar"

    @contextmanager
    def claim(self, index: int) -> Iterator[bool]:
        """Whether this process may work on a unit; a process that dies releases it."""
        path = self.folder / f".{index:06d}.claim"
        self.folder.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True


def prepare_unit(
    job: Job,
    unit: Unit,
    find: Finder,
    parts: Parts,
    *,
    poison: Mapping[int, str],
    begin: Begin,
) -> Counter | None:
    """Crops and rows of a unit, written whole or not at all.

    Args:
        job: What to do.
        unit: To what.
        find: The opened detector.
        parts: Where to.
        poison: Positions of images that must not be touched, and why.
        begin: Called with the position of each image before it is read, and with None
            after the last.

    Returns:
        How many rows have which reason ('' is accepted) and how many ``images``
        there were, or None if another process works on it.

    Raises:
        OSError: If the unit cannot be read, or its results cannot be written.
    """
    with parts.claim(unit.index) as mine:
        if not mine:
            return None
        if not parts.rows(unit.index).exists():
            rows = _write_crops(job, unit, find, parts, poison, begin)
            schema = schema_with(job.columns)
            write_rows(rows, parts.rows(unit.index), schema)
        return count_rows(parts.rows(unit.index))


def count_rows(path: Path) -> Counter:
    """Rows of a part by reason ('' is accepted), and ``images``."""
    counts: Counter = Counter()
    last = None
    for table in read_batches(path, ["position", "reason"]):
        for position, reason in zip(*(column.to_pylist() for column in table)):
            counts[reason] += 1
            counts["images"] += position != last
            last = position
    return counts


def prepare_image(
    job: Job, source: SourceImage, find: Finder
) -> Iterator[tuple[Row, bytes]]:
    """Rows of an image, each with its encoded crop, empty if rejected.

    Whatever goes wrong with an image is a row. Lack of memory is not: it ends the
    process, so that the image is tried again alone.
    """
    try:
        yield from _faces_of(job, source, find)
    except BadImageError as error:
        yield _rejected(str(error)), b""
    except MemoryError:
        raise
    except Exception as error:  # libraries raise whatever occurs to them
        yield _rejected(f"failed: {type(error).__name__} {error}"), b""


def _faces_of(
    job: Job, source: SourceImage, find: Finder
) -> Iterator[tuple[Row, bytes]]:
    if problem := source.problem or job.filters.refuse_image(source.columns):
        raise BadImageError(problem)
    image = decode_image(
        source.data,
        min_size=job.limits.min_size,
        max_pixels=job.limits.max_pixels,
        max_aspect=job.limits.max_aspect,
    )
    height, width = image.shape[:2]
    # Complete before the first row is given out: a failure rejects the whole image.
    faces = [_prepare_face(job, image, face) for face in find(image, source)]
    for number, (row, data) in enumerate(faces):
        yield {**row, "face": number, "width": width, "height": height}, data
    if not faces:
        yield {**_rejected("no face"), "width": width, "height": height}, b""


def _prepare_face(job: Job, image: np.ndarray, face: Face) -> tuple[Row, bytes]:
    size = (image.shape[1], image.shape[0])
    row: Row = {
        "box": face.box.tolist(),
        "points": None if face.points is None else face.points.ravel().tolist(),
        "score": face.score,
        "size": face_size(face),
        "recipe": job.recipe.label,
    }
    if face.points is not None:
        row["roll"], row["turn"] = roll_and_turn(face.points)
    try:
        matrix = crop_matrix(job.recipe, face, size)
    except ValueError as error:
        return row | _rejected(f"unusable face: {error}"), b""
    row["outside"] = outside_share(matrix, job.recipe.size, size)
    if problem := job.filters.refuse_face(row):
        return row | _rejected(problem), b""
    crop = warp(image, matrix, job.recipe.size, border=job.recipe.border)
    grey = small_grey(crop)
    row["sharpness"] = sharpness(grey)
    row["picture_hash"] = picture_hash(grey)
    if problem := job.filters.refuse_face(row):
        return row | _rejected(problem), b""
    quality = [cv2.IMWRITE_JPEG_QUALITY, job.encoding.quality]
    done, encoded = cv2.imencode(job.encoding.suffix, crop, quality)
    assert done
    data = encoded.tobytes()
    row |= {"status": ACCEPTED, "reason": "", "detail": "", "checksum": checksum(data)}
    return row, data


def _rejected(problem: str) -> Row:
    """Row of ``kind: detail``, without addresses of this process' memory."""
    reason, _, detail = problem.partition(": ")
    detail = re.sub(r" at 0x[0-9a-f]+", "", detail)
    return {"status": REJECTED, "reason": reason, "detail": detail, "face": -1}


def _write_crops(
    job: Job,
    unit: Unit,
    find: Finder,
    parts: Parts,
    poison: Mapping[int, str],
    begin: Begin,
) -> list[Row]:
    """Rows of a unit, its accepted crops written to a tar."""
    final = parts.crops(unit.index)
    rows = []
    with (
        whole_file(final) as file,
        tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar,
    ):
        begin(0)
        for position, source in enumerate(job.source.images(unit)):
            if position in poison:
                found = [(_rejected(poison[position]), b"")]
            else:
                found = prepare_image(job, source, find)
            key = {"unit": unit.index, "position": position, "image": source.name}
            for row, data in found:
                row = key | row | _kept_columns(job, source)
                if data:
                    row |= _add(tar, f"{_stem(row)}{job.encoding.suffix}", data)
                    row["shard"] = final.name
                rows.append(row)
            begin(position + 1)
        begin(None)
    return rows


def _stem(row: Row) -> str:
    return f"{row['unit']:06d}/{row['position']:06d}-{row['face']:03d}"


def _kept_columns(job: Job, source: SourceImage) -> Row:
    return {f"source_{name}": source.columns.get(name) for name in job.columns}


def _add(tar: tarfile.TarFile, name: str, data: bytes) -> Row:
    """Add a member and tell where its bytes are."""
    member = tarfile.TarInfo(name)
    member.size = len(data)
    tar.addfile(member, BytesIO(data))
    # What was written last: the data, padded to whole blocks.
    padded = -(-len(data) // tarfile.BLOCKSIZE) * tarfile.BLOCKSIZE
    return {"name": name, "offset": tar.offset - padded, "length": len(data)}
