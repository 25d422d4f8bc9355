"""Video files that are complete or absent."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NoReturn

import cv2
import numpy as np

from mcf.utils.atomic_file import whole_file

CODEC = "mp4v"
"""MPEG-4 part 2, which every build of OpenCV can write."""
USUAL_RATE = 25.0
MOST = 1000
PROBE = 2**20
"""Bytes that are written to learn why a video could not be."""


def usable_rate(rate: float) -> float:
    """Frames a second; 25 for what makes no sense."""
    return rate if 0 < rate <= MOST else USUAL_RATE


class VideoWriter:
    """Writes frames; made by :func:`whole_video`."""

    def __init__(self, link: Path, rate: float, file: BinaryIO, path: Path) -> None:
        self._link = link
        self._rate = rate
        self._file = file
        self._path = path
        self._writer: cv2.VideoWriter | None = None
        self._size = (0, 0)
        self._frames = 0

    def write(self, image: np.ndarray) -> None:
        """Add a frame, uint8 BGR [H,W,3]; the first one decides the size.

        Raises:
            OSError: If no video can be written.
            ValueError: If the frame has another size.
        """
        height, width = image.shape[:2]
        if self._writer is None:
            self._size = width, height
            even = width + width % 2, height + height % 2  # the codec cuts odd sides
            codec = cv2.VideoWriter_fourcc(*CODEC)
            self._writer = cv2.VideoWriter(
                str(self._link), cv2.CAP_FFMPEG, codec, self._rate, even
            )
            if not self._writer.isOpened():
                self._fail(f"OpenCV can write no video ({CODEC})")
        if (width, height) != self._size:
            raise ValueError(
                f"a frame of {width} x {height} pixels in a video of {self._size}"
            )
        if height % 2 or width % 2:
            image = cv2.copyMakeBorder(
                image, 0, height % 2, 0, width % 2, cv2.BORDER_REPLICATE
            )
        self._writer.write(image)
        self._frames += 1

    def close(self) -> None:
        """Finish the file.

        Raises:
            OSError: If it does not hold all frames, as on a full disk.
        """
        self.release()
        if self._writer is None:
            return
        reader = cv2.VideoCapture(str(self._link), cv2.CAP_FFMPEG)
        there = round(reader.get(cv2.CAP_PROP_FRAME_COUNT))
        reader.release()
        if there != self._frames:
            self._fail(f"{max(0, there)} of {self._frames} frames could be written")

    def release(self) -> None:
        """Let go of the file."""
        if self._writer is not None:
            self._writer.release()

    def _fail(self, reason: str) -> NoReturn:
        """Raise what the disk says, of which OpenCV tells nothing, or the reason."""
        self._file.write(bytes(PROBE))
        self._file.flush()
        raise OSError(f"{self._path}: {reason}")


@contextmanager
def whole_video(path: str | Path, *, rate: float) -> Iterator[VideoWriter]:
    """MP4 file that gets its name when all frames are in it.

    Args:
        path: Of the file.
        rate: Frames a second.

    Raises:
        OSError: If it cannot be written; nothing is left behind then.
    """
    # OpenCV takes no open file, and tells the format by the ending: it writes through
    # a link that ends rightly and leads to the temporary file.
    with whole_file(path) as file, tempfile.TemporaryDirectory() as folder:
        link = Path(folder) / "video.mp4"
        link.symlink_to(os.path.abspath(file.name))  # noqa: PTH100
        writer = VideoWriter(link, rate, file, Path(path))
        try:
            yield writer
            writer.close()
        finally:
            writer.release()
