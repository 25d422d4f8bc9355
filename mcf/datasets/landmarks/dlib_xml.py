"""Annotations in the format of dlib's imglab."""

from pathlib import Path
from xml.etree import ElementTree

import numpy as np

from mcf.datasets.landmarks.annotation import FaceAnnotation
from mcf.utils.bounded_file import MAX_TEXT_BYTES, read_bounded


def read_dlib_xml(path: Path) -> list[FaceAnnotation]:
    """Faces of a dlib file: boxes of an image, each with numbered parts.

    Coordinates are whole zero-based pixels; a box of width w holds w of them, hence
    its edges lie half a pixel outside.

    Raises:
        ValueError: If it is no such file, naming the box.
    """
    data = read_bounded(path, MAX_TEXT_BYTES)
    try:
        images = ElementTree.fromstring(data).findall("images/image")
    # LookupError and ValueError: encodings that Python or expat do not have.
    except (ElementTree.ParseError, LookupError, ValueError) as error:
        raise ValueError(f"{path} is no XML file: {error}") from error
    return [
        _face(f"{path.name} {image.get('file')} box {number}", image.get("file"), box)
        for image in images
        for number, box in enumerate(image.findall("box"), start=1)
    ]


def _face(source: str, image: str | None, box: ElementTree.Element) -> FaceAnnotation:
    if image is None:
        raise ValueError(f"{source} cannot be read: its image has no file")
    try:
        left, top, width, height = (
            float(box.attrib[key]) for key in ("left", "top", "width", "height")
        )
        parts = sorted(box.findall("part"), key=lambda part: int(part.attrib["name"]))
        points = [[float(part.attrib[axis]) for axis in "xy"] for part in parts]
    except (KeyError, ValueError) as error:
        raise ValueError(f"{source} cannot be read: {error!r}") from error
    return FaceAnnotation(
        source=source,
        image=image,
        points=np.array(points).reshape(-1, 2),
        box=np.array([left, top, left + width, top + height]) - 0.5,
    )
