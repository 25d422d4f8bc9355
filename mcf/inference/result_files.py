"""Files of a :class:`~mcf.inference.result.FaceResult`: JSON, picture, names."""

import base64
import json
import os
import re
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

import cv2
import numpy as np

from mcf.crops.label_region import LabelRegion
from mcf.datasets.parsing.class_sets import declared_class_set
from mcf.utils.atomic_file import whole_file
from mcf.utils.declared import parse_json
from mcf.visualization.overlays import box_overlay, landmarks_overlay, mask_overlay

from .result import FaceResult, Landmarks, Parsing

FORMAT = "mcf.FaceResult/1"
LONGEST = 2**28
"""Characters that are read."""
HEADER = re.compile(
    rb"(?:\xff\xd8(?:\xff\xe0.{16})?\xff\xfe..)?"  # comment of a JPEG file
    rb'\{"format": "mcf\.FaceResult/[^"]*"'
    rb'(?:, "source": ("(?:[^"\\]|\\.)*"))?',
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
    """Device and number of a file, however it is spelt; None if there is none."""
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
        if (header := _header(path)) is None:
            return f"{str(path)!r} is there and no result of MCF"
        earlier = json.loads(header[1]) if header[1] is not None else source
        if not _same_source(earlier, source):
            return (
                f"{str(path)!r} is the result of another image, {earlier!r}, and would "
                f"be replaced by that of {source!r}"
            )
    return None


def encode_picture(picture: np.ndarray) -> bytes:
    """JPEG file of a uint8 RGB picture, with a comment that tells what it is."""
    jpeg = cv2.imencode(".jpg", picture[..., ::-1])[1].tobytes()
    comment = json.dumps({"format": FORMAT}).encode()
    start = 20 if jpeg[2:4] == b"\xff\xe0" else 2  # JFIF's own header comes first
    size = (len(comment) + 2).to_bytes(2, "big")
    return jpeg[:start] + b"\xff\xfe" + size + comment + jpeg[start:]


def draw_faces(result: FaceResult, image: np.ndarray, *, opacity: float) -> np.ndarray:
    """Parts, then boxes, then points over a uint8 RGB image [H,W,3].

    Lines and dots follow the size of each face.
    """
    picture = np.ascontiguousarray(image)
    if result.parsing is not None:
        picture = picture.copy()
        colours = result.parsing.class_set.colours
        for region in result.parsing.faces:
            window = picture[region.window]
            window[:] = mask_overlay(window, region.labels, colours, opacity=opacity)
    sides = (result.boxes[:, 2:] - result.boxes[:, :2]).max(axis=1)
    for box, side in zip(result.boxes, sides.tolist()):
        picture = box_overlay(picture, box, width=max(1, round(side / 120)))
    if result.landmarks is not None:
        for points, side in zip(result.landmarks.points, sides.tolist()):
            picture = landmarks_overlay(picture, points, radius=max(0.7, side / 90))
    return picture


def faces_to_json(result: FaceResult) -> str:
    """See :meth:`FaceResult.to_json`."""
    content = {
        "format": FORMAT,
        "source": result.source,
        "size": list(result.size),
        "boxes": _numbers(result.boxes),
        "scores": _numbers(result.scores),
        "timings": dict(result.timings),
    }
    if result.landmarks is not None:
        content["landmarks"] = {
            "schema": result.landmarks.schema,
            "count": result.landmarks.points.shape[1],
            "points": _numbers(result.landmarks.points),
            "scores": _numbers(result.landmarks.scores),
        }
    if result.parsing is not None:
        content["parsing"] = {
            "class_set": asdict(result.parsing.class_set),
            "faces": [_region_to_json(region) for region in result.parsing.faces],
        }
    if result.embeddings is not None:
        content["embeddings"] = {
            "length": result.embeddings.shape[1],
            "values": _numbers(result.embeddings),
        }
    return json.dumps(content, allow_nan=False)


def faces_from_json(text: str | bytes) -> FaceResult:
    """See :meth:`FaceResult.from_json`."""
    try:
        content = parse_json(text, LONGEST)
        if content["format"] != FORMAT:
            raise ValueError(f"its format is {content['format']!r}")
        count = len(content["boxes"])
        width, height = map(int, content["size"])
        return FaceResult(
            source=str(content["source"]),
            size=(width, height),
            boxes=_array(content["boxes"], (count, 4)),
            scores=_array(content["scores"], (count,)),
            landmarks=_landmarks(content.get("landmarks"), count),
            parsing=_parsing(content.get("parsing"), (width, height), count),
            embeddings=_embeddings(content.get("embeddings"), count),
            timings={name: float(s) for name, s in content["timings"].items()},
        )
    except (KeyError, TypeError, ValueError, AttributeError, cv2.error) as error:
        raise ValueError(f"no JSON of a FaceResult ({FORMAT}): {error!r}") from error


def _numbers(array: np.ndarray) -> list:
    """Nested lists with the shortest numbers that give the same float32 back."""
    return array.astype(str).astype(float).tolist()


def _array(values: list, shape: tuple[int, ...]) -> np.ndarray:
    """Float32 of nested lists; empty lists take their shape from outside."""
    return np.asarray(values, dtype=np.float32).reshape(shape)


def _landmarks(content: dict | None, faces: int) -> Landmarks | None:
    if content is None:
        return None
    points = int(content["count"])
    return Landmarks(
        schema=str(content["schema"]),
        points=_array(content["points"], (faces, points, 2)),
        scores=_array(content["scores"], (faces, points)),
    )


def _embeddings(content: dict | None, faces: int) -> np.ndarray | None:
    if content is None:
        return None
    return _array(content["values"], (faces, int(content["length"])))


def _parsing(content: dict | None, size: tuple[int, int], faces: int) -> Parsing | None:
    if content is None:
        return None
    regions = tuple(_region_from_json(face, size) for face in content["faces"])
    if len(regions) != faces:
        raise ValueError(f"parts of {len(regions)} faces, but {faces} boxes")
    return Parsing(declared_class_set(content["class_set"]), regions)


def _region_to_json(region: LabelRegion) -> dict:
    png = b""
    if region.labels.size:
        png = cv2.imencode(".png", region.labels)[1].tobytes()
    return {
        "left": region.left,
        "top": region.top,
        "png": base64.b64encode(png).decode(),
    }


def _region_from_json(content: dict, size: tuple[int, int]) -> LabelRegion:
    png = base64.b64decode(content["png"], validate=True)
    labels = np.zeros((0, 0), np.uint8)
    if png:
        labels = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_UNCHANGED)
    left, top = int(content["left"]), int(content["top"])
    if labels is None or labels.ndim != 2 or labels.dtype != np.uint8:
        raise ValueError("a label map is no grey PNG")
    height, width = labels.shape
    if min(left, top) < 0 or left + width > size[0] or top + height > size[1]:
        raise ValueError(f"a label map lies outside the image of {size}")
    return LabelRegion(labels, left, top)


def _header(path: str | Path) -> re.Match | None:
    """How a result's file begins, with its source as JSON; None for any other file."""
    try:
        if not Path(path).is_file():  # opening a pipe would wait for ever
            return None
        with Path(path).open("rb") as file:
            return HEADER.match(file.read(LONGEST_HEADER))
    except OSError:
        return None


def _same_source(one: str, other: str) -> bool:
    """Whether two sources are one; unnamed ones cannot be told apart."""
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
