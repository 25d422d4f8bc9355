"""JSON form of a :class:`~mcf.inference.result.FaceResult`."""

import base64
import json
import struct
from dataclasses import asdict
from typing import TYPE_CHECKING

import cv2
import numpy as np

from mcf.datasets.parsing.class_sets import declared_class_set
from mcf.utils.declared import parse_json

if TYPE_CHECKING:
    from mcf.crops.label_region import LabelRegion

    from .result import FaceResult, Landmarks, Parsing

PNG = b"\x89PNG\r\n\x1a\n"
FORMAT = "mcf.FaceResult/1"
LONGEST = 2**28
"""Characters that are read."""
MAX_PIXELS = 2**28
"""Of an image; a mask of it takes as many bytes."""


def faces_to_json(result: "FaceResult") -> str:
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


def faces_from_json(text: str | bytes) -> "FaceResult":
    """See :meth:`FaceResult.from_json`."""
    from .result import FaceResult

    try:
        content = parse_json(text, LONGEST)
        if content["format"] != FORMAT:
            raise ValueError(f"its format is {content['format']!r}")
        count = len(content["boxes"])
        width, height = map(int, content["size"])
        if min(width, height) < 1 or width * height > MAX_PIXELS:
            raise ValueError(f"an image of {width} x {height} pixels")
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
    except (
        KeyError,
        TypeError,
        ValueError,
        AttributeError,
        OverflowError,
        RecursionError,
        cv2.error,
    ) as error:
        raise ValueError(f"no JSON of a FaceResult ({FORMAT}): {error!r}") from error


def _numbers(array: np.ndarray) -> list:
    """Nested lists with the shortest numbers that give the same float32 back."""
    return array.astype(str).astype(float).tolist()


def _array(values: list, shape: tuple[int, ...]) -> np.ndarray:
    """Float32 of nested lists; empty lists take their shape from outside."""
    array = np.asarray(values, dtype=np.float32).reshape(shape)
    if not np.isfinite(array).all():
        raise ValueError("a number is not finite")
    return array


def _landmarks(content: dict | None, faces: int) -> "Landmarks | None":
    from .result import Landmarks

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


def _parsing(
    content: dict | None, size: tuple[int, int], faces: int
) -> "Parsing | None":
    from .result import Parsing

    if content is None:
        return None
    regions = tuple(_region_from_json(face, size) for face in content["faces"])
    if len(regions) != faces:
        raise ValueError(f"parts of {len(regions)} faces, but {faces} boxes")
    return Parsing(declared_class_set(content["class_set"]), regions)


def _region_to_json(region: "LabelRegion") -> dict:
    png = b""
    if region.labels.size:
        png = cv2.imencode(".png", region.labels)[1].tobytes()
    return {
        "left": region.left,
        "top": region.top,
        "png": base64.b64encode(png).decode(),
    }


def _region_from_json(content: dict, size: tuple[int, int]) -> "LabelRegion":
    from mcf.crops.label_region import LabelRegion

    png = base64.b64decode(content["png"], validate=True)
    labels = np.zeros((0, 0), np.uint8)
    if png:
        # The header of a PNG, looked at before anything as large is decoded.
        stated = struct.unpack(">II", png[16:24]) if len(png) > 24 else (0, 0)
        if png[:8] != PNG or any(a > b for a, b in zip(stated, size)):
            raise ValueError(f"a label map of {stated} pixels in an image of {size}")
        labels = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_UNCHANGED)
    left, top = int(content["left"]), int(content["top"])
    if labels is None or labels.ndim != 2 or labels.dtype != np.uint8:
        raise ValueError("a label map is no grey PNG")
    height, width = labels.shape
    if min(left, top) < 0 or left + width > size[0] or top + height > size[1]:
        raise ValueError(f"a label map lies outside the image of {size}")
    return LabelRegion(labels, left, top)
