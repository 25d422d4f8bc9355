"""Drawn photos, and detectors that do what a test needs."""

import io
import os
import resource
import signal
import tarfile
import time
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from mcf.crops.face import Face
from mcf.preparation.sources import FolderTree

HALF = 24


@dataclass(frozen=True)
class CentreDetector:
    """Finds a face in the middle of each image; some names are fatal.

    Attributes:
        delay: Seconds an image takes.
    """

    delay: float = 0

    def open(self):
        return self._find

    def versions(self):
        return {}

    def _find(self, image, source):
        time.sleep(self.delay)
        kind = Path(source.name).name.partition("-")[0]
        if kind == "segfault":
            os.kill(os.getpid(), signal.SIGSEGV)
        elif kind == "hang":
            while True:  # an interpreter that never gets to a signal handler
                time.sleep(1000)
        elif kind == "memory":
            raise MemoryError
        elif kind == "bug":
            raise KeyError("unforeseen")
        elif kind == "nobody":
            return []
        centre = np.array([image.shape[1], image.shape[0]]) / 2 - 0.5
        points = centre + np.array([(-10, -8), (10, -8), (0, 2), (-8, 12), (8, 12)])
        first = Face(np.array([*(centre - HALF), *(centre + HALF)]), 0.99, points)
        second = Face(np.array([*(centre - 10), *(centre + 10)]), 0.9, points)
        return [first, second] if kind == "two" else [first]


@dataclass(frozen=True)
class FullDiskDetector(CentreDetector):
    """Its process can write no file of more than some bytes."""

    limit: int = 20_000

    def open(self):
        resource.setrlimit(resource.RLIMIT_FSIZE, (self.limit, self.limit))
        return super().open()


@dataclass(frozen=True)
class FatalOnceDetector(CentreDetector):
    """Ends its process at the first image whose name begins with ``once``."""

    mark: str = ""

    def open(self):
        find = super().open()

        def find_once(image, source):
            if source.name.startswith("once") and not Path(self.mark).exists():
                Path(self.mark).touch()
                os.kill(os.getpid(), signal.SIGKILL)
            return find(image, source)

        return find_once


@dataclass(frozen=True)
class SlowFolder(FolderTree):
    """Folder of whose files each takes some time to read."""

    def images(self, unit):
        for image in super().images(unit):
            time.sleep(0.5)
            yield image


def photo(seed: int, *, width: int = 96, height: int = 80) -> np.ndarray:
    """Smooth uint8 BGR noise [H,W,3], the same for the same seed."""
    noise = np.random.default_rng(seed).integers(0, 256, (6, 8, 3), dtype=np.uint8)
    return cv2.resize(noise, (width, height), interpolation=cv2.INTER_CUBIC)


def jpeg(seed: int, **size: int) -> bytes:
    """The photo as a JPEG."""
    return cv2.imencode(".jpg", photo(seed, **size))[1].tobytes()


def write_tar(path: Path, members: list[tuple[bytes | str, bytes]]) -> Path:
    """Tar with members of any name, as often as they are given."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(path, "w", format=tarfile.GNU_FORMAT) as tar:
        for name, data in members:
            member = tarfile.TarInfo(os.fsdecode(name))
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    return path


def write_photos(folder: Path, names: list[str]) -> Path:
    """Folder of photos that differ."""
    for seed, name in enumerate(names):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(jpeg(seed))
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
