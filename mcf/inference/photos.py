"""Photos out of whatever a user has: paths, bytes, arrays, folders, videos."""

import logging
import os
import stat
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
from PIL import Image

from mcf.utils.decoding import BadImageError, decode_image, pillow_to_bgr
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
LIMITS = {"min_size": 8, "max_pixels": 50_000_000, "max_aspect": 64.0}
"""Of an image: pixels of its shorter side, of all, and ratio of its sides."""


@dataclass(frozen=True, eq=False)
class Photo:
    """An upright image, or why there is none.

    Attributes:
        name: Path, ``PATH#FRAME`` of a video from 0, or ``image N`` from 0.
        image: uint8 BGR [H,W,3]; None if it cannot be used.
        error: Why not.
        seconds: What reading and decoding took.
    """

    name: str
    image: np.ndarray | None = None
    error: ValueError | OSError | None = None
    seconds: float = 0.0


def is_single(source: Source) -> bool:
    """Whether a source is one image and not a collection."""
    if isinstance(source, (str, Path)):
        path = Path(source)
        return path.suffix.lower() not in VIDEO_SUFFIXES and not is_folder(path)
    return isinstance(
        source, (bytes, bytearray, memoryview, np.ndarray, Image.Image)
    ) or not isinstance(source, Iterable)


def read_photos(source: Source, *, channels: Channels = "bgr") -> Iterator[Photo]:
    """Photos of a source one by one, bad ones with their error.

    Args:
        source: See :data:`Source`. Folders give the images in them at any depth, in the
            order of their names; videos give their frames. Both may be items of an
            iterable.
        channels: Order of arrays with three channels.

    Raises:
        ValueError: If ``channels`` is unknown.
    """
    if channels not in ("bgr", "rgb"):
        raise ValueError(f"channels={channels!r} must be 'bgr' or 'rgb'")
    if is_single(source):
        yield _read(_name(source, 0), lambda: _decode(source, channels))
    elif isinstance(source, (str, Path)):
        yield from _read_many(Path(source))
    else:
        for index, item in enumerate(source):
            if is_single(item):
                yield _read(_name(item, index), lambda: _decode(item, channels))  # noqa: B023
            elif isinstance(item, (str, Path)):
                yield from _read_many(Path(item))
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


def _name(source: Source, index: int) -> str:
    if isinstance(source, (str, Path)):
        return str(source)
    return str(getattr(source, "filename", "")) or f"image {index}"


def _read(name: str, decode: Callable[[], np.ndarray]) -> Photo:
    """Photo of a decoder whose complaints begin with the name."""
    start = time.perf_counter()
    try:
        image = decode()
    except (BadImageError, ValueError, OSError) as error:
        return Photo(name, error=_named(name, error))
    return Photo(name, image, seconds=time.perf_counter() - start)


def _named(name: str, error: Exception) -> ValueError | OSError:
    """The error as users see it."""
    if isinstance(error, FileNotFoundError):
        return error
    if isinstance(error, BadImageError):
        return ValueError(f"{name}: {error}")
    return ValueError(f"{name!r} cannot be read: {error}")


def _decode(source: Source, channels: Channels) -> np.ndarray:
    if isinstance(source, (str, Path)):
        return decode_image(_file_bytes(Path(source)), **LIMITS)
    if isinstance(source, (bytes, bytearray, memoryview)):
        return decode_image(bytes(source), **LIMITS)
    if isinstance(source, Image.Image):
        return pillow_to_bgr(source, **LIMITS)
    if isinstance(source, np.ndarray):
        return _checked_array(source, channels)
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


def _checked_array(array: np.ndarray, channels: Channels) -> np.ndarray:
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
        short < LIMITS["min_size"]
        or short * long > LIMITS["max_pixels"]
        or long > LIMITS["max_aspect"] * short
    ):
        raise BadImageError(f"size: array {array.shape} is outside the limits {LIMITS}")
    if grey:
        return np.repeat(array.reshape(*array.shape[:2], 1), 3, axis=2)
    ordered = array if channels == "bgr" else array[..., ::-1]
    return ordered.copy(order="C")


def _read_many(path: Path) -> Iterator[Photo]:
    """Images of a folder, or frames of a video."""
    if not is_folder(path):
        yield from _read_video(path)
        return
    try:
        names, own = photos_below(path)
    except (ValueError, OSError) as error:
        yield Photo(str(path), error=error)
        return
    if own:
        LOGGER.info("%s: %d pictures of earlier results are left out", path, own)
    for name in names:
        yield _read(str(name), lambda: decode_image(_file_bytes(name), **LIMITS))  # noqa: B023


def _read_video(path: Path) -> Iterator[Photo]:
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
        for photo in _frames(name, capture):
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


def _frames(name: str, capture: cv2.VideoCapture) -> Iterator[Photo]:
    """Frames up to the first that cannot be read, be it at the end or not."""
    for number in count():
        start = time.perf_counter()
        there, frame = capture.read()
        if not there:
            return
        photo = _read(f"{name}#{number}", lambda: _checked_array(frame, "bgr"))  # noqa: B023
        yield replace(photo, seconds=time.perf_counter() - start)


def _uncertainty(path: Path, promised: int) -> float:
    """Frames by which a header may err: some formats tell but a duration."""
    return 0 if path.suffix.lower() in COUNTED_SUFFIXES else max(2, 0.05 * promised)


def is_folder(path: str | Path) -> bool:
    """Whether a path is a folder; False for what no file system takes."""
    try:
        return Path(path).is_dir()
    except (OSError, ValueError):
        return False
