"""Every row of the table in ``decode_image`` and docs/face_stores.md."""

import io
import struct
import sys
import warnings
import zlib
from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import pytest
from PIL import Image, ImageFile

from mcf.datasets.transforms import BadImageError, DecodeImage, decode_image
from mcf.registry import TRANSFORMS
from mcf.utils.decoding import FORMATS
from tests.test_datasets.face_files import encode, smooth_image

LIMITS = dict(min_size=4, max_pixels=10_000, max_aspect=8.0)


def decode(data, **limits):
    return decode_image(data, **(LIMITS | limits))


def save(image, file_format, **options):
    buffer = io.BytesIO()
    image.save(buffer, file_format, **options)
    return buffer.getvalue()


@pytest.fixture
def rgb():
    return smooth_image(0, 20, 30)


@pytest.fixture
def bgr(rgb):
    return rgb[..., ::-1]


@pytest.mark.parametrize("file_format", ["PNG", "BMP", "TIFF", "PPM"])
def test_lossless_format_gives_exact_bgr(rgb, bgr, file_format):
    image = decode(encode(rgb, file_format))
    assert image.dtype == np.uint8
    assert image.flags.c_contiguous
    np.testing.assert_array_equal(image, bgr)


@pytest.mark.parametrize("file_format", ["JPEG", "WEBP", "AVIF", "JPEG2000", "GIF"])
def test_lossy_format_gives_nearly_the_image(rgb, bgr, file_format):
    image = decode(encode(rgb, file_format)).astype(int)
    assert np.abs(image - bgr).mean() < 6


@pytest.mark.parametrize("subsampling", [0, 1, 2])
@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("height", [32, 31])
def test_jpeg_pixels_are_those_of_pillow(rgb, subsampling, progressive, height):
    """OpenCV decodes plain JPEGs here, because it is faster."""
    data = encode(rgb[:height], subsampling=subsampling, progressive=progressive)
    expected = np.asarray(Image.open(io.BytesIO(data)))[..., ::-1]
    np.testing.assert_array_equal(decode(data), expected)


def test_grey_jpeg_pixels_are_those_of_pillow(rgb):
    data = encode(rgb[..., 0])
    expected = np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))
    np.testing.assert_array_equal(decode(data), expected)


def test_grey_is_repeated_in_three_channels(rgb):
    grey = rgb[..., 0]
    np.testing.assert_array_equal(
        decode(encode(grey, "PNG")), np.repeat(grey[..., None], 3, axis=2)
    )


def test_one_bit_becomes_black_and_white(rgb):
    bits = Image.fromarray(rgb[..., 0]).point(lambda v: 255 * (v > 99), mode="1")
    image = decode(save(bits, "PNG"))
    np.testing.assert_array_equal(image[..., 0], 255 * (rgb[..., 0] > 99))


def test_cmyk_is_converted(rgb, bgr):
    cmyk = Image.fromarray(rgb).convert("CMYK")
    np.testing.assert_array_equal(decode(save(cmyk, "TIFF")), bgr)
    assert np.abs(decode(save(cmyk, "JPEG", quality=95)).astype(int) - bgr).mean() < 3


def test_palette_is_converted(rgb):
    image = Image.fromarray(rgb).quantize(16)
    np.testing.assert_array_equal(
        decode(save(image, "PNG")), np.asarray(image.convert("RGB"))[..., ::-1]
    )


def test_transparent_palette_entry_becomes_white(rgb):
    image = Image.fromarray(rgb).quantize(16)
    index = np.asarray(image)
    decoded = decode(save(image, "PNG", transparency=3))
    assert (index == 3).any()
    np.testing.assert_array_equal((decoded[index == 3]), 255)
    expected = np.asarray(image.convert("RGB"))[..., ::-1]
    np.testing.assert_array_equal(decoded[index != 3], expected[index != 3])


@pytest.mark.parametrize("grey", [False, True])
def test_alpha_is_laid_over_white(rgb, grey):
    colour = np.repeat(rgb[..., :1], 3, axis=2) if grey else rgb
    alpha = np.zeros((20, 30, 1), np.uint8)
    alpha[5:, :] = 255
    alpha[10:, :] = 100
    channels = colour[..., :1] if grey else colour
    decoded = decode(encode(np.concatenate([channels, alpha], axis=2), "PNG"))
    share = alpha / 255
    expected = colour[..., ::-1] * share + 255 * (1 - share)
    np.testing.assert_allclose(decoded, expected, atol=0.501)
    np.testing.assert_array_equal(decoded[:5], 255)


def test_fully_transparent_image_is_skipped(rgb):
    clear = np.dstack([rgb, np.zeros((20, 30), np.uint8)])
    with pytest.raises(BadImageError, match="transparent"):
        decode(encode(clear, "PNG"))


@pytest.mark.parametrize("file_format", ["PNG", "TIFF", "PPM"])
def test_16_bit_grey_is_scaled_not_clipped(file_format):
    values = np.linspace(0, 65535, 600).round().astype(np.uint16).reshape(20, 30)
    image = decode(encode(values, file_format))
    for channel in range(3):
        np.testing.assert_array_equal(image[..., channel], (values / 257).round())


def test_16_bit_big_endian_tiff_is_scaled():
    values = np.linspace(0, 65535, 600).round().astype(np.uint16).reshape(20, 30)
    data = save(Image.fromarray(values.astype(">u2")), "TIFF")
    np.testing.assert_array_equal(decode(data)[..., 1], (values / 257).round())


@pytest.mark.parametrize("channels", [3, 4])
def test_16_bit_colour_is_scaled(rgb, channels):
    wide = rgb[..., ::-1].astype(np.uint16) * 257
    if channels == 4:
        wide = np.dstack([wide, np.full((20, 30), 65535, np.uint16)])
    data = cv2.imencode(".png", wide)[1].tobytes()
    np.testing.assert_array_equal(decode(data), rgb[..., ::-1])


@pytest.mark.parametrize("mode", ["I", "F"])
def test_32_bit_values_of_unknown_range_are_skipped(mode):
    image = Image.new(mode, (20, 20), 7)
    with pytest.raises(BadImageError, match=f"unsupported mode: {mode}"):
        decode(save(image, "TIFF"))


def test_lab_is_skipped():
    with pytest.raises(BadImageError, match="unsupported mode: LAB"):
        decode(save(Image.new("LAB", (20, 20)), "TIFF"))


STORED_FOR = {
    1: lambda x: x,
    2: lambda x: x[:, ::-1],
    3: lambda x: x[::-1, ::-1],
    4: lambda x: x[::-1],
    5: lambda x: x.transpose(1, 0, 2),
    6: lambda x: np.rot90(x, 1),
    7: lambda x: x[::-1, ::-1].transpose(1, 0, 2),
    8: lambda x: np.rot90(x, -1),
}
"""How a camera stores an upright image under each EXIF orientation."""


@pytest.mark.parametrize("orientation", STORED_FOR)
@pytest.mark.parametrize("file_format", ["PNG", "TIFF"])
def test_exif_orientation_is_undone(rgb, bgr, orientation, file_format):
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = np.ascontiguousarray(STORED_FOR[orientation](rgb))
    data = encode(stored, file_format, exif=exif)
    np.testing.assert_array_equal(decode(data), bgr)


def test_rotated_jpeg_is_made_upright(rgb, bgr):
    exif = Image.Exif()
    exif[0x0112] = 6
    data = encode(np.ascontiguousarray(np.rot90(rgb)), "JPEG", exif=exif, quality=95)
    image = decode(data)
    assert image.shape == (20, 30, 3)
    assert np.abs(image.astype(int) - bgr).mean() < 3


@pytest.mark.parametrize("exif", [b"Exif\0\0garbage", b"Exif\0\0II*\0\xff\xff\xff\xff"])
def test_unreadable_exif_leaves_the_image_as_it_is(rgb, exif):
    np.testing.assert_array_equal(
        decode(encode(rgb, "JPEG", exif=exif)), decode(encode(rgb, "JPEG"))
    )


@pytest.mark.parametrize("file_format", ["GIF", "WEBP", "PNG"])
def test_first_frame_of_an_animation_is_taken(file_format):
    red, blue = (Image.new("RGB", (20, 20), colour) for colour in ("red", "blue"))
    data = save(red, file_format, save_all=True, append_images=[blue])
    assert Image.open(io.BytesIO(data)).n_frames == 2
    assert np.abs(decode(data).astype(int) - (0, 0, 255)).max() < 8


def test_zero_bytes_are_skipped():
    with pytest.raises(BadImageError, match="empty"):
        decode(b"")


@pytest.mark.parametrize(
    "data",
    [
        b"\0" * 100,
        b"<html>404</html>",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9",
    ],
)
def test_what_is_no_image_is_skipped(data):
    with pytest.raises(BadImageError, match="not an image"):
        decode(data)


def truncatable(file_format, rgb):
    noise = np.random.default_rng(0).integers(0, 256, rgb.shape).astype(np.uint8)
    options = dict(progressive=True) if file_format == "progressive" else {}
    return encode(noise, "JPEG" if options else file_format, **options)


@pytest.mark.parametrize("lenient", [False, True])
@pytest.mark.parametrize("file_format", [*FORMATS, "progressive"])
def test_truncation_anywhere_is_skipped_or_loses_no_pixel(
    rgb, file_format, lenient, monkeypatch
):
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", lenient)
    data = truncatable(file_format, rgb)
    whole = decode(data)
    for length in np.linspace(1, len(data) - 1, 40).astype(int).tolist():
        try:
            image = decode(data[:length])
        except BadImageError as error:
            assert str(error).startswith(("damaged", "not an image")), error
        else:  # only bytes after the last pixel were lost
            np.testing.assert_array_equal(image, whole)
            assert length > 0.9 * len(data)
    assert ImageFile.LOAD_TRUNCATED_IMAGES is lenient


@pytest.mark.parametrize("file_format", [*FORMATS, "progressive"])
def test_random_damage_never_raises_anything_else(rgb, file_format):
    data = truncatable(file_format, rgb)
    draw = np.random.default_rng(1)
    skipped = 0
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for _ in range(60):
            broken = np.frombuffer(data, np.uint8).copy()
            where = draw.integers(0, len(data), 4)
            broken[where] = draw.integers(0, 256, 4)
            try:
                image = decode(broken.tobytes(), max_pixels=100_000)
                assert image.ndim == 3 and image.dtype == np.uint8
            except BadImageError:
                skipped += 1
    assert skipped > 0 or file_format in ("BMP", "PPM", "GIF", "JPEG", "progressive")


def test_one_pixel_is_skipped(rgb):
    with pytest.raises(BadImageError, match="too small: 1x1"):
        decode(encode(rgb[:1, :1], "PNG"))


def test_side_of_min_size_is_enough(rgb):
    assert decode(encode(rgb, "PNG"), min_size=20).shape == (20, 30, 3)
    with pytest.raises(BadImageError, match="too small: 30x20"):
        decode(encode(rgb, "PNG"), min_size=21)


def test_side_ratio_over_the_limit_is_skipped(rgb):
    assert decode(encode(rgb, "PNG"), max_aspect=1.5).shape == (20, 30, 3)
    with pytest.raises(BadImageError, match="too elongated: 30x20"):
        decode(encode(rgb, "PNG"), max_aspect=1.4)


def bomb(width, height):
    """PNG whose header promises width x height, with hardly any data behind it."""

    def chunk(kind, body):
        return (
            struct.pack(">I", len(body))
            + kind
            + body
            + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0"))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("side", [101, 10_000, 12_000, 60_000])
def test_huge_image_is_skipped_before_its_pixels_are_decoded(side, monkeypatch):
    def load(self):
        raise AssertionError("decoded")

    monkeypatch.setattr(ImageFile.ImageFile, "load", load)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(BadImageError, match="too large"):
            decode(bomb(side, side))


def test_black_image_is_kept_as_what_the_file_holds():
    black = np.zeros((20, 30, 3), np.uint8)
    np.testing.assert_array_equal(decode(encode(black, "PNG")), black)


def test_transform_replaces_bytes_by_pixels(rgb, bgr):
    transform = TRANSFORMS.build(dict(type="mcf.DecodeImage"))
    results = transform({"img_bytes": encode(rgb, "PNG"), "img_path": "x"})
    assert "img_bytes" not in results
    np.testing.assert_array_equal(results["img"], bgr)
    assert results["img_shape"] == results["ori_shape"] == (20, 30)


def test_transform_applies_its_limits(rgb):
    with pytest.raises(BadImageError, match="too small"):
        DecodeImage(min_size=21)({"img_bytes": encode(rgb, "PNG")})


@pytest.mark.parametrize(
    "limits", [dict(min_size=0), dict(min_size=20, max_pixels=399), dict(max_aspect=0)]
)
def test_limits_that_no_image_meets_are_an_error(limits):
    with pytest.raises(ValueError, match="no image has"):
        DecodeImage(**limits)


def test_threads_leave_the_warnings_of_the_process_alone(rgb):
    data = [encode(rgb, "PNG")] * 60
    before = list(warnings.filters)
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(decode, data))
    assert warnings.filters == before


def test_heic_is_decoded_by_the_plug_in_or_its_name_is_told(monkeypatch):
    data = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 40
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    with pytest.raises(BadImageError, match=r"not an image: HEIC needs .*pillow-heif"):
        decode(data)


def test_heic_of_the_plug_in_is_upright_bgr(rgb, bgr):
    heif = pytest.importorskip("pillow_heif")
    heif.register_heif_opener()
    image = decode(save(Image.fromarray(rgb).resize((64, 64)), "HEIF", quality=95))
    expected = np.asarray(Image.fromarray(rgb).resize((64, 64)))[..., ::-1].astype(int)
    assert np.abs(image - expected).mean() < 6
