import struct

import numpy as np
import pytest
from scipy.io import savemat

from mcf.datasets.landmarks.mat_file import read_mat


@pytest.fixture
def path(tmp_path):
    names = np.array([["a"], ["é.jpg"]], dtype=object)
    savemat(tmp_path / "x.mat", {"names": names, "points": np.eye(3), "rest": 1})
    return tmp_path / "x.mat"


def test_named_arrays_are_read_and_cells_become_text(path):
    arrays = read_mat(path, ("names", "points", "absent"))
    assert list(arrays) == ["names", "points"]
    assert arrays["names"].tolist() == ["a", "é.jpg"]
    np.testing.assert_array_equal(arrays["points"], np.eye(3))


def test_what_crashes_the_reader_is_an_error_that_names_the_file(path):
    data = bytearray(path.read_bytes())
    (place,) = [
        i
        for i in range(128, len(data) - 16, 8)
        if struct.unpack_from("<4I", data, i) == (5, 8, 2, 1)
    ]
    data[place + 4] = 9  # bytes of the shape, which SciPy then reads beside it
    path.write_bytes(data)
    with pytest.raises(ValueError, match=r"x\.mat is no \.mat that can be read: "):
        read_mat(path, ("names", "points"))


def test_text_is_no_mat(tmp_path):
    (tmp_path / "x.mat").write_text("text" * 100)
    with pytest.raises(ValueError, match=r"x\.mat is no \.mat that can be read"):
        read_mat(tmp_path / "x.mat", ("names",))
