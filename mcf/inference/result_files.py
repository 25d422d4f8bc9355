"""Files of results: their names, and which ones they may replace."""

import json
import os
import re
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import cv2
import numpy as np

from mcf.utils.atomic_file import whole_file

from .result import FaceResult
from .result_json import FORMAT, faces_to_json

HEADER = re.compile(
    rb"(?:\xff\xd8(?:\xff\xe0.{16})?\xff\xfe..)?"  # comment of a JPEG file
    rb'\{"format": "mcf\.Face(?:Result|Video)/[^"]*"'
    rb'(?:, "source": ("(?:[^"\\]|\\.)*")'
    rb'(?:, "files": (\["[a-z0-9]+"(?:, "[a-z0-9]+")*\]))?)?',
    re.DOTALL,
)
LONGEST_HEADER = 2**16
UNNAMED = re.compile(r"image \d+")
"""Sources that say nothing of which image they are."""


def save_result(
    result: FaceResult, folder: str | Path, *, name: str | None, picture: bool
) -> list[Path]:
    """See :meth:`FaceResult.save`."""
    unnamed = name is None and UNNAMED.fullmatch(result.source)
    name = result_name(result.source) if name is None else name
    contents = {Path(folder) / f"{name}.json": faces_to_json(result).encode()}
    if picture and result.image is not None:
        contents[Path(folder) / f"{name}.jpg"] = encode_picture(result.draw())
    paths = list(contents)
    if (reason := refusal(result.source, paths)) is not None:
        raise ValueError(f"{reason}; give another folder or name")
    if unnamed and paths[0].exists():
        raise ValueError(
            f"{str(paths[0])!r} is there, and {result.source!r} does not tell whether "
            "it is of the same image; give a name"
        )
    _write_all(contents)
    return paths


def result_name(source: str) -> str:
    """Name of a source's files without suffix; a frame's is ``clip_000012``."""
    path, frame = split_frame(source)
    return Path(path).stem + frame


def split_frame(source: str) -> tuple[str, str]:
    """Path of a source and what its frame adds to a name, if it is one."""
    path, frame = re.fullmatch(r"(.*?)(?:#(\d+))?", source, re.DOTALL).groups()
    return path, "" if frame is None else f"_{int(frame):06d}"


def file_identity(path: str | Path) -> tuple[int, int] | None:
    """Device and inode of a file, however its path is spelt; None if it is missing."""
    try:
        status = Path(path).stat()
    except (OSError, ValueError):  # ValueError: a name no file system takes
        return None
    return status.st_dev, status.st_ino


def is_result(path: str | Path) -> bool:
    """Whether a file is a result's JSON or picture, by how it begins."""
    return _header(path) is not None


def refusal(source: str, paths: Sequence[Path]) -> str | None:
    """Why the files of a source's result may not be written, if they may not.

    They replace files of an earlier result of the same source, and nothing else: no
    photo, no annotation, no result of another image.
    """
    for path in paths:
        if (identity := file_identity(path)) is None:
            continue
        if identity == file_identity(source):
            return f"the result {str(path)!r} would replace the image {source!r}"
        try:
            earlier = json.loads(_header(path)[1] or json.dumps(source))
        except (TypeError, ValueError):  # no header, or a source that is no JSON
            return f"{str(path)!r} is there and no result of MCF"
        if not same_source(earlier, source):
            return (
                f"{str(path)!r} is the result of another image, {earlier!r}, and would "
                f"be replaced by that of {source!r}"
            )
    return None


def endings_of_earlier(record: Path, source: str) -> list[str]:
    """Extensions of the files that, by a video's record, were written beside it.

    None if it is no record, or that of another video.
    """
    header = _header(record)
    if header is None or header[2] is None:
        return []
    return json.loads(header[2]) if same_source(json.loads(header[1]), source) else []


def encode_picture(picture: np.ndarray) -> bytes:
    """JPEG file of a uint8 RGB picture, with a comment that identifies it."""
    jpeg = cv2.imencode(".jpg", picture[..., ::-1])[1].tobytes()
    comment = json.dumps({"format": FORMAT}).encode()
    start = 20 if jpeg[2:4] == b"\xff\xe0" else 2  # JFIF's own header comes first
    size = (len(comment) + 2).to_bytes(2, "big")
    return jpeg[:start] + b"\xff\xfe" + size + comment + jpeg[start:]


def _header(path: str | Path) -> re.Match | None:
    """How a result's file begins, with its source as JSON; None for any other file."""
    try:
        if not Path(path).is_file():  # opening a pipe would wait for ever
            return None
        with Path(path).open("rb") as file:
            return HEADER.match(file.read(LONGEST_HEADER))
    except OSError:
        return None


def same_source(one: str, other: str) -> bool:
    """Whether two sources are the same; unnamed ones count as the same."""
    if UNNAMED.fullmatch(one) and UNNAMED.fullmatch(other):
        return True
    # Unlike Path.resolve, this needs no file that is still there.
    return os.path.abspath(one) == os.path.abspath(other)  # noqa: PTH100


def _write_all(contents: dict[Path, bytes]) -> None:
    """Write files, none of which gets its name before all are on their way to disk."""
    with ExitStack() as stack:
        files = [stack.enter_context(whole_file(path)) for path in contents]
        for file, content in zip(files, contents.values()):
            file.write(content)
            file.flush()
