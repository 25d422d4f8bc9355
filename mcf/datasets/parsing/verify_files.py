"""Checks that downloads of parsing sets share."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from mcf.datasets.verify_report import SplitReport
from mcf.utils.checksums import checksum
from mcf.utils.decoding import NO_LIMITS, BadImageError, decode_image

T = TypeVar("T")


@dataclass(frozen=True)
class Finding:
    """Something to report about one sample.

    Attributes:
        kind: What it is; findings of a kind are listed together.
        place: Where.
        problem: Whether the download is unusable as it is, else it is a note.
    """

    kind: str
    place: str
    problem: bool = True


@dataclass(frozen=True)
class CheckedPhoto:
    """A photo that was read.

    Attributes:
        size: Height and width; None if it is no usable image.
        digest: Checksum of the file; empty if it is missing.
        findings: What is wrong with it.
    """

    size: tuple[int, int] | None
    digest: str = ""
    findings: tuple[Finding, ...] = ()


def check_photo(path: Path) -> CheckedPhoto:
    """Read and decode a photo."""
    if not path.is_file():
        return missing_photo(str(path))
    return read_photo(path.read_bytes(), str(path))


def missing_photo(place: str) -> CheckedPhoto:
    """A photo that is not there."""
    return CheckedPhoto(None, findings=(Finding("missing photos", place),))


def read_photo(data: bytes, place: str) -> CheckedPhoto:
    """Decode a photo that was read from a place."""
    digest = checksum(data)
    try:
        pixels = decode_image(data, **NO_LIMITS)
    except BadImageError as error:
        finding = Finding("unreadable photos", f"{place}: {error}")
        return CheckedPhoto(None, digest, (finding,))
    return CheckedPhoto(pixels.shape[:2], digest)


def check_all(
    report: SplitReport,
    samples: Sequence[T],
    check: Callable[[T], tuple[CheckedPhoto, Iterable[Finding]]],
    seen: dict[str, str],
    *,
    workers: int,
) -> None:
    """Check samples in threads, and whether photos occur twice.

    Args:
        report: Where findings go.
        samples: Names or ids.
        check: Photo and other findings of one.
        seen: Places by checksum of photo; filled here, shared by the splits.
        workers: Threads.
    """
    with ThreadPoolExecutor(workers) as pool:
        for sample, (photo, findings) in zip(samples, pool.map(check, samples)):
            for finding in (*photo.findings, *findings):
                add = report.add_problem if finding.problem else report.add_note
                add(finding.kind, finding.place)
            if not photo.digest:
                continue
            place = f"{report.split}/{sample}"
            if photo.digest in seen:
                both = f"{seen[photo.digest]} and {place}"
                report.add_note("the same photo file twice", both)
            seen.setdefault(photo.digest, place)
