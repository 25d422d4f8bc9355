"""Index masks on disk."""

import io
from pathlib import Path

import numpy as np
from PIL import Image

from mcf.datasets.parsing.class_sets import ClassSet, unknown_ids
from mcf.utils.bounded_file import MAX_IMAGE_BYTES, read_bounded
from mcf.utils.decoding import FORMATS

GREY_MODES = ("1", "L", "I", "I;16", "I;16B")
"""Modes of Pillow whose pixels are one number."""
BITS_PER_SAMPLE = 258
"""TIFF's tag."""
MAX_PIXELS = 50_000_000
"""Pixels of the largest mask, as of the largest photo."""


def read_mask(
    path: str | Path, num_classes: int, *, ignore_index: int | None = None
) -> np.ndarray:
    """Class ids of an index mask.

    ======================== ====================================================
    file                     outcome
    ======================== ====================================================
    palette, 8-bit grey      the stored numbers; colours of a palette say nothing
    1, 2 and 4 bit           the stored numbers
    16-bit grey              the stored numbers, if they are known ids
    RGB, RGBA, other colour  ValueError: colours are no ids
    ids that are unknown     ValueError that names them
    absent                   FileNotFoundError
    no image, damaged        ValueError
    ======================== ====================================================

    Args:
        path: The file.
        num_classes: K, ids are 0 … K-1.
        ignore_index: One more id that is allowed, of pixels without label.

    Returns:
        uint8 [H,W].

    Raises:
        FileNotFoundError: If the file is absent.
        ValueError: If it is no image, is damaged, has colours, or has unknown ids.
    """
    image, largest = _open(path)
    if image.mode not in (*GREY_MODES, "P"):
        raise ValueError(
            f"{path} is a colour image (mode {image.mode}), but a mask holds class "
            "ids; save it as 8-bit grey or palette PNG whose numbers are the ids"
        )
    labels = np.asarray(image).astype(np.int32)
    if largest is not None:
        labels = (labels * largest + 127) // 255
    labelled = labels if ignore_index is None else labels[labels != ignore_index]
    if unknown := unknown_ids(labelled, num_classes):
        raise ValueError(
            f"{path} holds the unknown ids {_shorten(unknown)}; the {num_classes} "
            f"classes have ids 0 to {num_classes - 1}. Is it a mask of this data set "
            "and of this order of classes?"
        )
    return labels.astype(np.uint8)


def open_mask(path: str | Path) -> Image.Image:
    """A mask as Pillow loads it, whatever its mode.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If it is no image, damaged, or over :data:`MAX_PIXELS`.
    """
    return _open(path)[0]


def _open(path: str | Path) -> tuple[Image.Image, int | None]:
    """The loaded mask, and the number that Pillow has spread to 255, if it has."""
    data = read_bounded(path, MAX_IMAGE_BYTES)
    try:
        image = Image.open(io.BytesIO(data), formats=FORMATS)
        if image.width * image.height > MAX_PIXELS:
            raise ValueError(f"{image.size} is over {MAX_PIXELS} pixels")
        largest = _largest(image, data)
        image.load()
    # Decoders raise whatever occurs to them on damaged data.
    except Exception as error:
        raise ValueError(f"{path} is not a readable mask: {error}") from error
    return image, largest


def _largest(image: Image.Image, data: bytes) -> int | None:
    """Largest number of grey that Pillow spreads to 8 bit; None if it spreads nothing.

    Only 2 and 4 bits of PNG and TIFF and other ranges of PGM are.
    """
    if image.mode != "L":
        return None
    if image.format == "PNG":
        bits = data[24]  # of IHDR, which comes first
    elif image.format == "TIFF":
        bits = image.tag_v2.get(BITS_PER_SAMPLE, (8,))[0]
    elif image.format == "PPM":
        args = image.tile[0].args
        largest = args[-1] if isinstance(args, tuple) else 255
        return largest if isinstance(largest, int) and 0 < largest < 255 else None
    else:
        return None
    return 2**bits - 1 if bits in (2, 4) else None


def encode_mask(labels: np.ndarray, class_set: ClassSet) -> bytes:
    """Palette PNG of class ids, uint8 [H,W], which viewers show in colour."""
    image = Image.fromarray(labels)
    image.putpalette([value for colour in class_set.colours for value in colour])
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def _shorten(ids: list[int]) -> str:
    listed = ", ".join(map(str, ids[:10]))
    return listed if len(ids) <= 10 else f"{listed} and {len(ids) - 10} more"
