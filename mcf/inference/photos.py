"""Photos out of whatever a user has: paths, bytes, arrays, folders, videos."""

import logging
import os
import stat
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
from PIL import Image

from mcf.utils.decoding import (
    BadImageError,
    decode_image,
    image_orientation,
    pillow_to_bgr,
    read_orientation,
)
from mcf.utils.image_files import image_names

from .result_files import is_result

LOGGER = logging.getLogger(__name__)
Channels = Literal["bgr", "rgb"]
Source = str | Path | bytes | np.ndarray | Image.Image | Iterable
"""One image, a folder, a video, or any iterable of these."""

VIDEO_SUFFIXES = (".mp4", ".m4v", ".mov", ".avi", ".mkv", ".webm", ".mpg", ".mpeg")
COUNTED_SUFFIXES = (".mp4", ".m4v", ".mov", ".avi")
"""Of videos whose header tells the number of frames."""
MAX_BYTES = 2**28
PLAYLISTS = (b"#EXTM3U", b"ffconcat", b"<")
"""How files begin that make a video reader open others, also over the network."""
MAX_PIXELS = 250_000_000
"""Of an image; phones take 200 million. Decoding needs some 6 bytes for each."""
LIMITS = {"min_size": 8, "max_aspect": 64.0}
"""Of an image: pixels of its shorter side, and ratio of its sides."""


@dataclass(frozen=True, eq=False)
class Photo:
    """An upright image, or the reason why it could not be read.

    Attributes:
        name: Path, ``PATH#FRAME`` of a video from 0, or ``image N`` from 0.
        image: uint8 BGR [H,W,3]; None if it cannot be used.
        error: Why not.
        seconds: What reading and decoding took.
        orientation: Of the file by EXIF; 1 if its pixels were upright as stored.
        time: Seconds of the video; None if it is no frame of a file.
    """

    name: str
    image: np.ndarray | None = None
    error: ValueError | OSError | None = None
    seconds: float = 0.0
    orientation: int = 1
    time: float | None = None


def is_single(source: Source) -> bool:
    """Whether a source is one image and not a collection."""
    if isinstance(source, (str, Path)):
        path = Path(source)
        return path.suffix.lower() not in VIDEO_SUFFIXES and not is_folder(path)
    return isinstance(
        source, (bytes, bytearray, memoryview, np.ndarray, Image.Image)
    ) or not isinstance(source, Iterable)


def read_photos(
    source: Source, *, channels: Channels = "bgr", max_pixels: int = MAX_PIXELS
) -> Iterator[Photo]:
    """Photos of a source one by one; unusable ones with their error.

    Args:
        source: See :data:`Source`. Folders give the images in them at any depth, in the
            order of their names; videos give their frames. Both may be items of an
            iterable.
        channels: Order of arrays with three channels.
        max_pixels: Most pixels of an image, width times height.

    Raises:
        ValueError: If ``channels`` is unknown.
    """
    limits = LIMITS | {"max_pixels": max_pixels}
    if channels not in ("bgr", "rgb"):
        raise ValueError(f"channels={channels!r} must be 'bgr' or 'rgb'")
    if is_single(source):
        yield _read(_name(source, 0), lambda: _decode(source, channels, limits))
    elif isinstance(source, (str, Path)):
        yield from _read_many(Path(source), limits)
    else:
        for index, item in enumerate(source):
            if is_single(item):
                name = _name(item, index)
                yield _read(name, lambda: _decode(item, channels, limits))  # noqa: B023
            elif isinstance(item, (str, Path)):
                yield from _read_many(Path(item), limits)
            else:
                kind = type(item).__name__
                error = ValueError(f"image {index}: a {kind} within an iterable")
                yield Photo(f"image {index}", error=error)


def photos_below(folder: Path) -> tuple[list[Path], int]:
    """Images in a folder at any depth, and how many pictures of results are left out.

    Raises:
        OSError: If the folder cannot be read.
        ValueError: If no photo is in it.
    """
    paths = [folder / os.fsdecode(name) for name in image_names(folder)]
    photos = [path for path in paths if not is_result(path)]
    if not photos:
        raise ValueError(
            f"nothing but pictures of earlier results below {str(folder)!r}: "
            f"{len(paths)}"
        )
    return photos, len(paths) - len(photos)


def count_passed_over(paths: Iterable[str | Path]) -> Counter[str]:
    """Files of the folders that are no images by their names, by ending or hidden."""
    counts: Counter[str] = Counter()
    for path in filter(is_folder, map(Path, paths)):
        with suppress(ValueError, OSError):  # a photo with an error
            for _ in image_names(path, passed_over=counts):
                pass
    return counts


def _name(source: Source, index: int) -> str:
    if isinstance(source, (str, Path)):
        return str(source)
    return str(getattr(source, "filename", "")) or f"image {index}"


def _read(name: str, decode: Callable[[], tuple[np.ndarray, int]]) -> Photo:
    """Photo of a decoder whose complaints begin with the name."""
    start = time.perf_counter()
    try:
        image, orientation = decode()
    except (BadImageError, ValueError, OSError) as error:
        return Photo(name, error=_named(name, error))
    seconds = time.perf_counter() - start
    return Photo(name, image, seconds=seconds, orientation=orientation)


def _named(name: str, error: Exception) -> ValueError | OSError:
    """The error as users see it."""
    if isinstance(error, FileNotFoundError):
        return error
    if isinstance(error, BadImageError):
        return ValueError(f"{name}: {error}")
    return ValueError(f"{name!r} cannot be read: {error}")


def _decode(source: Source, channels: Channels, limits: dict) -> tuple[np.ndarray, int]:
    """Upright pixels, and the orientation of what they were made of."""
    if isinstance(source, (str, Path)):
        source = _file_bytes(Path(source))
    if isinstance(source, (bytes, bytearray, memoryview)):
        data = bytes(source)
        return decode_image(data, **limits), read_orientation(data)
    if isinstance(source, Image.Image):
        return pillow_to_bgr(source, **limits), image_orientation(source)
    if isinstance(source, np.ndarray):
        return _checked_array(source, channels, limits), 1
    raise BadImageError(
        f"not an image: {type(source).__name__}; give a path, the bytes of a file, a "
        "uint8 array [H,W,3] or a PIL image"
    )


def _file_bytes(path: Path) -> bytes:
    if _file_size(path) > MAX_BYTES:
        raise BadImageError(f"too large: over {MAX_BYTES} bytes")
    return path.read_bytes()


def _file_size(path: Path) -> int:
    try:
        status = path.stat()
    except FileNotFoundError as error:
        raise FileNotFoundError(f"no file {str(path)!r}") from error
    if not stat.S_ISREG(status.st_mode):  # opening a pipe would wait for ever
        raise BadImageError("unreadable: no regular file")
    return status.st_size


def _checked_array(array: np.ndarray, channels: Channels, limits: dict) -> np.ndarray:
    """Copy of the array as uint8 BGR [H,W,3].

    A copy, because callers may fill one array with frame after frame.
    """
    grey = array.ndim == 2 or (array.ndim == 3 and array.shape[2] == 1)
    colour = array.ndim == 3 and array.shape[2] == 3
    if array.dtype != np.uint8 or not (grey or colour):
        raise BadImageError(
            f"not an image: {array.dtype} array {array.shape}; give uint8 [H,W,3] with "
            "values 0 to 255, or grey [H,W]"
        )
    short, long = sorted(array.shape[:2])
    if (
        short < limits["min_size"]
        or short * long > limits["max_pixels"]
        or long > limits["max_aspect"] * short
    ):
        raise BadImageError(f"size: array {array.shape} is outside the limits {limits}")
    if grey:
        return np.repeat(array.reshape(*array.shape[:2], 1), 3, axis=2)
    ordered = array if channels == "bgr" else array[..., ::-1]
    return ordered.copy(order="C")


def _read_many(path: Path, limits: dict) -> Iterator[Photo]:
    """Images of a folder, or frames of a video."""
    if not is_folder(path):
        yield from _read_video(path, limits)
        return
    try:
        names, own = photos_below(path)
    except (ValueError, OSError) as error:
        yield Photo(str(path), error=error)
        return
    if own:
        LOGGER.info("%s: %d pictures of earlier results are left out", path, own)
    for name in names:
        yield _read(str(name), lambda: _decode(name, "bgr", limits))  # noqa: B023


def _read_video(path: Path, limits: dict) -> Iterator[Photo]:
    """Frames of a video, or one photo with the error."""
    name = str(path)
    try:
        _check_video(path)
    except (BadImageError, ValueError, OSError) as error:
        yield Photo(name, error=_named(name, error))
        return
    capture = cv2.VideoCapture(name, cv2.CAP_FFMPEG)
    try:
        frames = 0
        for photo in _frames(name, capture, limits):
            yield photo
            frames += 1
        promised = round(capture.get(cv2.CAP_PROP_FRAME_COUNT))
    finally:
        capture.release()
    if not frames:
        yield Photo(name, error=ValueError(f"{name}: no frame of a video in it"))
    elif promised - frames > _uncertainty(path, promised):
        yield Photo(
            name,
            error=ValueError(
                f"{name}: {frames} of {promised} frames could be read, the file is cut "
                "off or damaged"
            ),
        )


def _check_video(path: Path) -> None:
    """Refuse what must not be given to a video reader."""
    _file_size(path)
    with path.open("rb") as file:
        if file.read(512).lstrip().startswith(PLAYLISTS):
            raise BadImageError("a playlist, no video")


def _frames(name: str, capture: cv2.VideoCapture, limits: dict) -> Iterator[Photo]:
    """Frames up to the first that cannot be read, be it at the end or not."""
    for number in count():
        start = time.perf_counter()
        there, frame = capture.read()
        if not there:
            return
        photo = _read(
            f"{name}#{number}",
            lambda: (_checked_array(frame, "bgr", limits), 1),  # noqa: B023
        )
        yield replace(
            photo,
            seconds=time.perf_counter() - start,
            time=capture.get(cv2.CAP_PROP_POS_MSEC) / 1000,
        )


def video_rate(path: str | Path) -> float:
    """Frames per second according to a video's header; 0 if it does not say.

    Raises:
        ValueError: If it is a playlist, or no regular file.
        FileNotFoundError: If there is no such file.
    """
    _check_video(Path(path))
    capture = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
    try:
        return capture.get(cv2.CAP_PROP_FPS)
    finally:
        capture.release()


def _uncertainty(path: Path, promised: int) -> float:
    """Frames by which a header may err: some formats tell but a duration."""
    return 0 if path.suffix.lower() in COUNTED_SUFFIXES else max(2, 0.05 * promised)


def is_folder(path: str | Path) -> bool:
    """Whether a path is a folder; False for what no file system takes."""
    try:
        return Path(path).is_dir()
    except (OSError, ValueError):
        return False
