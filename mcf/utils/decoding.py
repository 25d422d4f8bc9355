"""Encoded bytes to a BGR image, or the reason why not."""

import io
import math
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageFile, UnidentifiedImageError

from mcf.utils.pixels import view_pixels

NO_LIMITS = {"min_size": 1, "max_pixels": 2**31, "max_aspect": math.inf}
"""For images that somebody has chosen, such as those of a data set."""

FORMATS = (
    "JPEG",
    "PNG",
    "WEBP",
    "BMP",
    "GIF",
    "TIFF",
    "AVIF",
    "JPEG2000",
    "PPM",
)
"""Formats tried. Pillow knows more; some of them start other programs (EPS)."""

HEIF_BRANDS = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1")
NO_HEIF = "not an image: HEIC needs `pip install pillow-heif`"

ORIENTATION_TAG = 0x0112
UPRIGHT_BY_ORIENTATION: dict[int, Callable[[np.ndarray], np.ndarray]] = {
    2: lambda pixels: pixels[:, ::-1],
    3: lambda pixels: pixels[::-1, ::-1],
    4: lambda pixels: pixels[::-1],
    5: lambda pixels: pixels.swapaxes(0, 1),
    6: lambda pixels: pixels[::-1].swapaxes(0, 1),
    7: lambda pixels: pixels[::-1, ::-1].swapaxes(0, 1),
    8: lambda pixels: pixels[:, ::-1].swapaxes(0, 1),
}
"""EXIF orientation to what makes the image upright."""


class BadImageError(Exception):
    """An image that cannot be used.

    Its message is the reason: ``kind`` or ``kind: detail``; kinds are counted, details
    are not.
    """


def decode_image(
    data: bytes, *, min_size: int, max_pixels: int, max_aspect: float
) -> np.ndarray:
    """Pixels of an encoded image, upright, whatever its kind.

    ============================== ====================================================
    input                          outcome
    ============================== ====================================================
    RGB, any supported format      as decoded; a colour profile is ignored
    grey, 1 bit                    converted: the value in all three channels
    CMYK, YCbCr                    converted to RGB without colour profile
    palette                        converted to RGB
    alpha, or transparent palette  converted: laid over white
    16 bit                         converted: 65535 becomes 255, nothing is clipped
    rotated or mirrored by EXIF    converted: made upright
    animated                       converted: the first frame
    zero bytes                     skipped, ``empty``
    HEIC                           as decoded, if the package pillow-heif is there, else
                                   skipped, ``not an image``
    not an image, other formats    skipped, ``not an image``
    truncated, damaged             skipped, ``damaged``
    32 bit, float, Lab             skipped, ``unsupported mode`` (unknown range)
    nothing but transparent pixels skipped, ``transparent``
    a side below ``min_size``      skipped, ``too small`` (1 pixel, for one)
    more than ``max_pixels``       skipped before its pixels are decoded, ``too large``
    a side ratio over the limit    skipped, ``too elongated``
    ============================== ====================================================

    A cut JPEG is refused wherever it was cut, but damage *inside* a JPEG that ends
    properly is invisible here: libjpeg fills what it cannot read and tells nobody.

    Args:
        data: The file's bytes.
        min_size: Least length of the shorter side, in pixels.
        max_pixels: Most pixels, width times height.
        max_aspect: Most times the longer side may hold the shorter. Resizing the
            shorter side of a line of pixels would need memory without bounds.

    Returns:
        uint8 BGR, [H, W, 3].

    Raises:
        BadImageError: If the image is skipped, with the reason.
    """
    if not data:
        raise BadImageError("empty: zero bytes")
    limits = (min_size, max_pixels, max_aspect)
    pixels = view_pixels(data)
    if pixels is not None:
        _check_size(pixels.shape[1::-1], *limits)
        return cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR)
    with _strict_pillow():
        try:
            image = Image.open(io.BytesIO(data), formats=_formats(data))
        except UnidentifiedImageError as error:
            raise BadImageError("not an image: of no supported format") from error
        # Decoders raise whatever occurs to them on damaged data (SyntaxError,
        # struct.error, KeyError ...); none of it may end a training run.
        except Exception as error:
            raise BadImageError(f"damaged: {_describe(error)}") from error
        _check_size(image.size, *limits)
        pixels = _plain_jpeg(image, data)
        return _upright(_load(image) if pixels is None else pixels, image)


def read_image(path: str | Path) -> np.ndarray:
    """Pixels of an image file of a data set: :func:`decode_image` without limits.

    Returns:
        uint8 BGR, [H, W, 3].

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If it cannot be used, with its name and the reason.
    """
    try:
        return decode_image(Path(path).read_bytes(), **NO_LIMITS)
    except BadImageError as error:
        raise ValueError(
            f"{path} cannot be used, {error}; get it again, or leave it out"
        ) from error


def read_orientation(data: bytes) -> int:
    """EXIF orientation of an encoded image, 1 to 8; 1 if it cannot be read."""
    with _strict_pillow():
        try:
            image = Image.open(io.BytesIO(data), formats=_formats(data))
            return image_orientation(image)
        except Exception:  # as in decode_image
            return 1


def read_header(path: str | Path) -> tuple[int, tuple[int, int]]:
    """EXIF orientation of an image file, and its stored width and height.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If it is no image, with its name.
    """
    with _strict_pillow():
        try:
            with Image.open(path, formats=FORMATS) as image:
                return image_orientation(image), image.size
        except FileNotFoundError:
            raise
        except Exception as error:  # as in decode_image
            raise ValueError(f"{path} cannot be used, {_describe(error)}") from error


def image_orientation(image: Image.Image) -> int:
    """EXIF orientation of an opened image, as :func:`read_orientation`."""
    try:
        orientation = image.getexif().get(ORIENTATION_TAG)
    except Exception:  # unreadable EXIF asks nothing
        return 1
    return orientation if orientation in UPRIGHT_BY_ORIENTATION else 1


def pillow_to_bgr(
    image: Image.Image, *, min_size: int, max_pixels: int, max_aspect: float
) -> np.ndarray:
    """Pixels of an image that Pillow has opened, upright, whatever its kind.

    The table of :func:`decode_image` says what becomes of modes, transparency and 16
    bit.

    Args:
        image: The image; one that is not loaded yet reads its file now.
        min_size: Least length of the shorter side, in pixels.
        max_pixels: Most pixels, width times height.
        max_aspect: Most times the longer side may hold the shorter.

    Returns:
        uint8 BGR, [H, W, 3].

    Raises:
        BadImageError: If the image cannot be used, with the reason.
    """
    with _strict_pillow():
        _check_size(image.size, min_size, max_pixels, max_aspect)
        return _upright(_load(image), image)


_PILLOW_SETTINGS = threading.RLock()


@contextmanager
def _strict_pillow() -> Iterator[None]:
    """Pillow as it comes, whatever another library has set; one thread at a time.

    ``LOAD_TRUNCATED_IMAGES`` would turn cut images grey or black without a word;
    its warnings repeat what the reason says; its own limit of pixels stands below what
    phones take. All are settings of the whole process.
    """
    with _PILLOW_SETTINGS, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        before = ImageFile.LOAD_TRUNCATED_IMAGES, Image.MAX_IMAGE_PIXELS
        ImageFile.LOAD_TRUNCATED_IMAGES = False
        Image.MAX_IMAGE_PIXELS = None  # the caller's limit holds
        try:
            yield
        finally:
            ImageFile.LOAD_TRUNCATED_IMAGES, Image.MAX_IMAGE_PIXELS = before


def _formats(data: bytes) -> tuple[str, ...]:
    """Formats that Pillow may try; HEIC needs its plug-in, which is optional.

    Raises:
        BadImageError: If the image is HEIC and there is no plug-in.
    """
    brands = data[8:64] if data[4:8] == b"ftyp" else b""
    heif = brands[:4] in HEIF_BRANDS and b"avif" not in brands
    if heif:
        try:
            from pillow_heif import register_heif_opener
        except ImportError as error:
            raise BadImageError(NO_HEIF) from error
        register_heif_opener()
    return (*FORMATS, "HEIF") if heif else FORMATS


def _check_size(
    size: tuple[int, int], min_size: int, max_pixels: int, max_aspect: float
) -> None:
    width, height = size
    short, long = sorted(size)
    if short < min_size:
        raise BadImageError(f"too small: {width}x{height}, a side is below {min_size}")
    if width * height > max_pixels:
        raise BadImageError(f"too large: {width}x{height} is over {max_pixels} pixels")
    if long > max_aspect * short:
        raise BadImageError(f"too elongated: {width}x{height} is over {max_aspect}:1")


def _plain_jpeg(image: Image.Image, data: bytes) -> np.ndarray | None:
    """BGR pixels as stored, if OpenCV gives the same as Pillow in half the time."""
    if (
        image.format == "JPEG"
        and image.mode in ("RGB", "L")
        and data.endswith(b"\xff\xd9")  # a cut file is for Pillow to refuse
    ):
        flags = cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION
        return cv2.imdecode(np.frombuffer(data, np.uint8), flags)
    return None


def _load(image: Image.Image) -> np.ndarray:
    """BGR pixels of an opened image as stored."""
    try:
        image.load()
    except Exception as error:
        raise BadImageError(f"damaged: {_describe(error)}") from error
    return cv2.cvtColor(_to_rgb(image, image.format), cv2.COLOR_RGB2BGR)


def _upright(pixels: np.ndarray, image: Image.Image) -> np.ndarray:
    """Pixels turned as the image's EXIF asks; unreadable EXIF asks nothing."""
    turn = UPRIGHT_BY_ORIENTATION.get(image_orientation(image))
    return pixels if turn is None else np.ascontiguousarray(turn(pixels))


def _to_rgb(image: Image.Image, source_format: str | None) -> np.ndarray:
    """uint8 RGB, [H, W, 3], of a loaded image of any mode."""
    if image.mode.startswith("I;16") or (
        # Pillow widens 16-bit grey of these formats to 32 bit.
        image.mode == "I" and source_format in ("PNG", "PPM")
    ):
        grey = (np.asarray(image).astype(np.uint32) + 128) // 257
        return np.repeat(grey.astype(np.uint8)[..., None], 3, axis=2)
    if image.has_transparency_data:
        return _over_white(np.asarray(image.convert("RGBA")))
    if image.mode in ("I", "F", "LAB"):
        raise BadImageError(f"unsupported mode: {image.mode}")
    return np.asarray(image.convert("RGB"))


def _over_white(rgba: np.ndarray) -> np.ndarray:
    """uint8 RGB of uint8 RGBA laid over white, rounded to nearest."""
    alpha = rgba[..., 3:].astype(np.uint16)
    if not alpha.any():
        raise BadImageError("transparent: every pixel is")
    return ((rgba[..., :3] * alpha + 255 * (255 - alpha) + 127) // 255).astype(np.uint8)


def _describe(error: Exception) -> str:
    return f"{error} ({type(error).__name__})"
