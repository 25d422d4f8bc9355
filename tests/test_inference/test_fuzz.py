"""A thousand malformed inputs: documented errors or results, and no leak."""

import gc
import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mcf.inference import FaceInferencer, FaceResult

from .conftest import BrightSquares

RNG = np.random.default_rng(20)
TYPES = ("?", "b", "H", "i", "q", "e", "f", "d", "D", "O", "U4", "M8[s]", "uint8")
SHAPES = ((), (0,), (9,), (0, 9, 3), (9, 0, 3), (9, 9), (9, 9, 2), (9, 9, 3))
SHAPES += ((40, 30, 4), (40, 30, 3), (1, 40, 30, 3), (3, 40, 30), (8, 700, 3))
MODES = ("1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "YCbCr", "LAB", "I", "F", "I;16")
NUMBERS = (np.nan, np.inf, -np.inf, 0.0, -1.0, 5.0, 30.0, 1e9, 1e300)
ENCODERS = ("PNG", "JPEG", "WEBP", "GIF", "TIFF", "BMP")


def encoded(format: str) -> bytes:
    buffer = io.BytesIO()
    pixels = RNG.integers(0, 256, (24, 24, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(buffer, format)
    return buffer.getvalue()


FILES = [encoded(format) for format in ENCODERS]


def damaged_file() -> bytes:
    data = bytearray(FILES[RNG.integers(len(FILES))])
    match RNG.integers(4):
        case 0:
            return bytes(data[: RNG.integers(len(data))])
        case 1:
            for place in RNG.integers(len(data), size=RNG.integers(1, 30)):
                data[place] = RNG.integers(256)
        case 2:
            data[:12] = RNG.bytes(12)
        case 3:
            return RNG.bytes(int(RNG.integers(2000)))
    return bytes(data)


def odd_array() -> np.ndarray:
    shape = SHAPES[RNG.integers(len(SHAPES))]
    return np.zeros(shape, TYPES[RNG.integers(len(TYPES))])


def odd_picture() -> Image.Image:
    size = tuple(int(n) for n in RNG.integers(1, 60, size=2))
    return Image.new(MODES[RNG.integers(len(MODES))], size, int(RNG.integers(2)))


def odd_boxes() -> object:
    count = int(RNG.integers(4))
    boxes = RNG.choice(NUMBERS, (count, int(RNG.choice([3, 4, 4, 4, 5]))))
    return [boxes, boxes.tolist(), boxes.astype(object), boxes.T][RNG.integers(4)]


def odd_thing() -> object:
    things = (None, 1, 2.5, {}, {"a": 1}, object(), "", "\0", "nowhere.jpg", "/", int)
    things += ("nowhere.mp4", "a" * 5000, [], [[]], [None], b"", iter(()), np.array)
    return things[RNG.integers(len(things))]


def attack(inferencer: FaceInferencer, photo: np.ndarray) -> None:
    """Give one malformed input; anything but a documented outcome is raised."""
    boxes = points = None
    match RNG.integers(5):
        case 0:
            source = damaged_file()
        case 1:
            source = odd_array()
        case 2:
            source = odd_picture()
        case 3:
            source, boxes = photo, odd_boxes()
            if RNG.random() < 0.5:
                points = RNG.choice(NUMBERS, (int(RNG.integers(4)), 5, 2))
        case _:
            source = odd_thing()
            if source == "/":  # a folder, and a large one
                source = "/nowhere"
    try:
        found = inferencer(source, boxes=boxes, points=points)
    except (ValueError, FileNotFoundError) as error:
        assert str(error), "an error must say what is wrong"
        return
    for result in found if isinstance(found, list) else [found]:
        assert FaceResult.from_json(result.to_json()).size == result.size
        result.draw()


def resident_bytes() -> int:
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


@pytest.fixture
def inferencer(landmarks, parsing, exported) -> FaceInferencer:
    return FaceInferencer(
        landmarks=landmarks,
        parsing=parsing,
        embedding=exported,
        detector=BrightSquares(),
    )


def test_thousand_malformed_inputs_neither_crash_nor_leak(inferencer, photos):
    photo = photos[4]
    for _ in range(300):
        attack(inferencer, photo)
    before = resident_bytes()
    for _ in range(1000):
        attack(inferencer, photo)
    assert resident_bytes() - before < 24 * 2**20  # an allocator is not exact
    assert len(inferencer(photo)) == 4
