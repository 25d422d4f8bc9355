import numpy as np
import pytest

from mcf.datasets.stores import DecodedStore, FolderStore
from mcf.datasets.transforms import DecodeImage


def test_pixels_are_those_of_training(faces_folder):
    encoded, decode = FolderStore(faces_folder), DecodeImage()
    decoded = DecodedStore(encoded)
    assert len(decoded) == len(encoded)
    for i in range(len(encoded)):
        first, second = (
            decode.transform(dict(img_bytes=store.read(i)))["img"]
            for store in (encoded, decoded)
        )
        np.testing.assert_array_equal(first, second)
        assert decoded.name(i) == encoded.name(i)
        assert decoded.read(i).startswith(b"P6\n24 24\n")


@pytest.mark.parametrize("data", [b"", b"not an image"])
def test_what_cannot_be_used_keeps_its_bytes(tmp_path, data):
    (tmp_path / "bad.jpg").write_bytes(data)
    assert DecodedStore(FolderStore(tmp_path)).read(0) == data
