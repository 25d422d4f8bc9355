"""Grey masks of fewer than 8 bits, whose numbers Pillow spreads to 255."""

import struct
import zlib

import numpy as np
import pytest

from mcf.datasets.parsing.mask_files import read_mask


def png(labels: np.ndarray, bits: int) -> bytes:
    """Grey PNG of so many bits, which Pillow cannot write."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        checksum = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + checksum

    height, width = labels.shape
    rows = ["".join(f"{value:0{bits}b}" for value in row) for row in labels]
    rows = [row + "0" * (-len(row) % 8) for row in rows]
    packed = b"".join(
        b"\0" + int(row, 2).to_bytes(len(row) // 8, "big") for row in rows
    )
    header = struct.pack(">IIBBBBB", width, height, bits, 0, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(packed))
    return b"\x89PNG\r\n\x1a\n" + body + chunk(b"IEND", b"")


@pytest.mark.parametrize("bits", [1, 2, 4])
def test_ids_are_those_of_the_file(tmp_path, bits):
    labels = np.arange(15).reshape(3, 5) % 2**bits
    (tmp_path / "a.png").write_bytes(png(labels, bits))
    found = read_mask(tmp_path / "a.png", 16)
    np.testing.assert_array_equal(found, labels)


@pytest.mark.parametrize("largest", [3, 15, 18, 255])
def test_grey_maps_of_any_range_are_read_raw(tmp_path, largest):
    labels = (np.arange(15).reshape(3, 5) % (largest + 1)).astype(np.uint8)
    header = f"P5\n5 3\n{largest}\n".encode()
    (tmp_path / "a.pgm").write_bytes(header + labels.tobytes())
    np.testing.assert_array_equal(read_mask(tmp_path / "a.pgm", 16), labels)


def test_ids_beyond_the_classes_are_told_as_stored(tmp_path):
    (tmp_path / "a.png").write_bytes(png(np.array([[1, 12]]), 4))
    with pytest.raises(ValueError, match="unknown ids 12"):
        read_mask(tmp_path / "a.png", 11)
