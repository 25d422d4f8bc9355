import io
import zlib

import cv2
import numpy as np
import pytest
from PIL import Image

pytest.importorskip("pyarrow")

from mcf.crops.face import Face
from mcf.crops.recipes import cut_face, get_recipe
from mcf.detection import AlreadyCropped
from mcf.detection.source_image import SourceImage
from mcf.preparation.filters import Filters
from mcf.preparation.job import Job, Limits
from mcf.preparation.manifest import read_batches
from mcf.preparation.sources import open_source
from mcf.preparation.unit import Parts, prepare_image, prepare_unit
from tests.test_preparation.faces import (
    HALF,
    CentreDetector,
    contents,
    jpeg,
    photo,
    write_photos,
)


def job_on(folder=".", detector=None, **settings) -> Job:
    return Job(
        open_source(str(folder)),
        detector or CentreDetector(),
        get_recipe("whole" if detector else "square", size=64),
        **settings,
    )


def prepare(job: Job, folder, poison=()) -> list[dict]:
    """Rows of the only unit."""
    parts = Parts(folder)
    prepare_unit(
        job, job.source.unit(0), job.detector.open(), parts, poison=dict(poison),
        begin=lambda position: None,
    )  # fmt: skip
    return [row for table in read_batches(parts.rows(0)) for row in table.to_pylist()]


def outcome(data: bytes, **settings) -> tuple[str, str]:
    """Status and reason of an image's only row."""
    job = job_on(detector=AlreadyCropped(), filters=Filters(min_size=1), **settings)
    ((row, _),) = prepare_image(job, SourceImage("x", data), job.detector.open())
    return row["status"], row["reason"]


def encoded(array: np.ndarray, kind: str, mode: str | None = None, **options) -> bytes:
    buffer = io.BytesIO()
    image = Image.fromarray(array)
    (image.convert(mode) if mode else image).save(buffer, kind, **options)
    return buffer.getvalue()


def bomb() -> bytes:
    """A PNG of a few kilobytes that says it has 40,000 x 40,000 pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        check = zlib.crc32(kind + body).to_bytes(4, "big")
        return len(body).to_bytes(4, "big") + kind + body + check

    size = (40_000).to_bytes(4, "big") * 2
    header = chunk(b"IHDR", size + bytes([8, 2, 0, 0, 0]))
    data = chunk(b"IDAT", zlib.compress(bytes(100_000)))
    return b"\x89PNG\r\n\x1a\n" + header + data + chunk(b"IEND", b"")


RGB = np.ascontiguousarray(photo(0)[..., ::-1])
FRAMES = [Image.fromarray(photo(seed)[..., ::-1]) for seed in range(3)]
ATTACKS = {
    "JPEG": (jpeg(0), ("accepted", "")),
    "PNG in a .jpg": (encoded(RGB, "PNG"), ("accepted", "")),
    "CMYK": (encoded(RGB, "JPEG", "CMYK"), ("accepted", "")),
    "grey": (encoded(RGB, "JPEG", "L"), ("accepted", "")),
    "16 bit": (encoded(np.full((60, 60), 40_000, np.uint16), "PNG"), ("accepted", "")),
    "animated": (
        encoded(RGB, "GIF", save_all=True, append_images=FRAMES),
        ("accepted", ""),
    ),
    "zero bytes": (b"", ("rejected", "empty")),
    "text": (b"<html>404</html>" * 99, ("rejected", "not an image")),
    "truncated JPEG": (jpeg(0)[:-300], ("rejected", "damaged")),
    "truncated PNG": (encoded(RGB, "PNG")[:-3000], ("rejected", "damaged")),
    "bomb": (bomb(), ("rejected", "too large")),
    "60 megapixels": (
        cv2.imencode(".png", np.zeros((6000, 10_000), np.uint8))[1].tobytes(),
        ("rejected", "too large"),
    ),
    "one pixel": (encoded(RGB[:1, :1], "PNG"), ("rejected", "too small")),
    "one line": (encoded(RGB[:17].repeat(9, 1), "PNG"), ("rejected", "too elongated")),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_every_kind_of_image_has_its_outcome(attack):
    data, expected = ATTACKS[attack]
    assert outcome(data) == expected


def test_limit_of_pixels_can_be_moved():
    for limit, reason in ((96 * 80, ""), (96 * 80 - 1, "too large")):
        assert outcome(jpeg(0), limits=Limits(max_pixels=limit))[1] == reason


def test_crop_is_what_inference_would_cut(tmp_path):
    write_photos(tmp_path / "in", ["a.jpg"])
    (row,) = prepare(job_on(tmp_path / "in"), tmp_path / "out")
    assert row["status"] == "accepted"
    assert (row["width"], row["height"], row["size"]) == (96, 80, 2 * HALF)
    assert row["recipe"] == "square-v1-64"
    tar = (tmp_path / "out" / row["shard"]).read_bytes()
    data = tar[row["offset"] : row["offset"] + row["length"]]
    image = cv2.imdecode(np.frombuffer(jpeg(0), np.uint8), cv2.IMREAD_COLOR)
    face = Face(np.array(row["box"]), row["score"], np.reshape(row["points"], (5, 2)))
    crop = cut_face(image, get_recipe("square", size=64), face).pixels
    quality = [cv2.IMWRITE_JPEG_QUALITY, 95]
    assert data == cv2.imencode(".jpg", crop, quality)[1].tobytes()


def test_rotated_photo_is_prepared_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # rotate by 90 degrees clockwise to see it
    lying = encoded(np.rot90(RGB).copy(), "JPEG", exif=exif, quality=100)
    job = job_on(detector=AlreadyCropped(), filters=Filters(min_size=1))
    ((row, _),) = prepare_image(job, SourceImage("x", lying), job.detector.open())
    assert (row["width"], row["height"]) == (96, 80)


def test_faces_of_an_image_have_rows_and_crops_of_their_own(tmp_path):
    write_photos(tmp_path / "in", ["nobody-.jpg", "one-.jpg", "two-.jpg"])
    job = job_on(tmp_path / "in", filters=Filters(min_size=20))
    rows = prepare(job, tmp_path / "out")
    assert [(row["image"], row["face"], row["reason"]) for row in rows] == [
        ("nobody-.jpg", -1, "no face"),
        ("one-.jpg", 0, ""),
        ("two-.jpg", 0, ""),
        ("two-.jpg", 1, ""),
    ]
    places = {(row["offset"], row["checksum"], row["name"]) for row in rows[1:]}
    assert len(places) == 3


def test_refused_face_keeps_its_numbers_and_has_no_crop(tmp_path):
    write_photos(tmp_path / "in", ["two-.jpg"])
    large, small = prepare(job_on(tmp_path / "in"), tmp_path / "out")
    assert large["status"] == "accepted"
    assert (small["reason"], small["detail"]) == ("small", "size 20, limit 40")
    assert small["shard"] is None and len(small["box"]) == 4


def test_unforeseen_error_rejects_the_image_alone(tmp_path):
    write_photos(tmp_path / "in", ["bug-.jpg", "one-.jpg"])
    first, second = prepare(job_on(tmp_path / "in"), tmp_path / "out")
    assert (first["reason"], first["detail"]) == ("failed", "KeyError 'unforeseen'")
    assert second["status"] == "accepted"


def test_lack_of_memory_is_not_blamed_on_the_image_at_once(tmp_path):
    write_photos(tmp_path / "in", ["memory-.jpg"])
    with pytest.raises(MemoryError):
        prepare(job_on(tmp_path / "in"), tmp_path / "out")


def test_poison_is_not_touched(tmp_path):
    write_photos(tmp_path / "in", ["a.jpg", "memory-.jpg"])
    poison = {1: "crashed: SIGSEGV"}
    first, second = prepare(job_on(tmp_path / "in"), tmp_path / "out", poison)
    assert first["status"] == "accepted"
    assert (second["reason"], second["detail"]) == ("crashed", "SIGSEGV")


def test_refused_column_spares_the_decoding(tmp_path):
    filters = Filters(columns={"NSFW": ("UNLIKELY",)})
    job = job_on(filters=filters)
    source = SourceImage("x", b"", {"NSFW": "NSFW"})
    ((row, _),) = prepare_image(job, source, job.detector.open())
    assert (row["reason"], row["detail"]) == ("column NSFW", "NSFW")


def test_failed_unit_leaves_nothing(tmp_path, monkeypatch):
    write_photos(tmp_path / "in", ["a.jpg"])

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("mcf.utils.atomic_file.os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        prepare(job_on(tmp_path / "in"), tmp_path / "out")
    assert [x for x in contents(tmp_path / "out") if not x.endswith("claim")] == []


def test_unit_held_by_another_process_is_left_alone(tmp_path):
    write_photos(tmp_path / "in", ["a.jpg"])
    job, parts = job_on(tmp_path / "in"), Parts(tmp_path / "out")
    arguments = (job, job.source.unit(0), job.detector.open(), parts)
    rest = dict(poison={}, begin=lambda position: None)
    with parts.claim(0) as mine:
        assert mine
        assert prepare_unit(*arguments, **rest) is None
    assert prepare_unit(*arguments, **rest) == {"": 1, "images": 1}
