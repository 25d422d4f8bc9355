import io

import numpy as np
import pytest
from PIL import Image

from mcf.datasets.parsing.class_sets import LAPA
from mcf.datasets.parsing.mask_files import encode_mask, read_mask
from tests.test_datasets.test_parsing.parsing_files import write_png

LABELS = np.array([[0, 1, 10], [3, 2, 5]], dtype=np.uint8)


def test_palette_masks_keep_their_numbers(tmp_path):
    path = tmp_path / "mask.png"
    path.write_bytes(encode_mask(LABELS, LAPA))
    image = Image.open(path)
    assert image.mode == "P"
    assert tuple(image.getpalette()[3:6]) == LAPA.palette[1]
    assert np.array_equal(read_mask(path, 11), LABELS)


def test_grey_masks_keep_their_numbers(tmp_path):
    labels = read_mask(write_png(tmp_path / "mask.png", LABELS), 11)
    assert labels.dtype == np.uint8
    assert np.array_equal(labels, LABELS)


def test_one_bit_masks_are_zero_and_one(tmp_path):
    path = write_png(tmp_path / "mask.png", LABELS > 2)
    assert np.array_equal(read_mask(path, 2), LABELS > 2)


def test_16_bit_masks_keep_known_ids(tmp_path):
    path = write_png(tmp_path / "mask.png", LABELS.astype(np.uint16))
    assert Image.open(path).mode.startswith("I")
    assert np.array_equal(read_mask(path, 11), LABELS)


def test_16_bit_ids_are_not_cut_to_8_bits(tmp_path):
    path = write_png(tmp_path / "mask.png", LABELS.astype(np.uint16) + 256)
    with pytest.raises(ValueError, match=r"mask.png.*unknown ids 256, 257, 258"):
        read_mask(path, 11)


@pytest.mark.parametrize("channels", [3, 4])
def test_colour_masks_are_refused(tmp_path, channels):
    pixels = np.repeat(LABELS[..., None], channels, axis=-1)
    path = write_png(tmp_path / "mask.png", pixels)
    with pytest.raises(ValueError, match=r"mask.png is a colour image.*palette PNG"):
        read_mask(path, 11)


def test_unknown_ids_are_named_with_the_file(tmp_path):
    path = write_png(tmp_path / "odd.png", np.array([[0, 11, 200, 11]], np.uint8))
    with pytest.raises(ValueError, match=r"odd.png holds the unknown ids 11, 200;"):
        read_mask(path, 11)


def test_many_unknown_ids_are_counted(tmp_path):
    path = write_png(tmp_path / "odd.png", np.arange(30, dtype=np.uint8)[None])
    with pytest.raises(ValueError, match=r"11, 12, .* 20 and 9 more"):
        read_mask(path, 11)


def test_unlabelled_pixels_are_known_only_if_named(tmp_path):
    path = write_png(tmp_path / "mask.png", np.array([[0, 255]], dtype=np.uint8))
    with pytest.raises(ValueError, match="255"):
        read_mask(path, 11)
    assert read_mask(path, 11, ignore_index=255).tolist() == [[0, 255]]


def test_missing_and_damaged_files_are_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"gone.png"):
        read_mask(tmp_path / "gone.png", 11)
    buffer = io.BytesIO()
    Image.fromarray(np.zeros((64, 64), np.uint8)).save(buffer, "PNG")
    for number, data in enumerate((b"", b"text", buffer.getvalue()[:60])):
        path = tmp_path / f"bad{number}.png"
        path.write_bytes(data)
        with pytest.raises(
            ValueError, match=rf"bad{number}.png is not a readable mask"
        ):
            read_mask(path, 11)
