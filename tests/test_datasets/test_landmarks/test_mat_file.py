import struct

import numpy as np
import pytest
from scipy.io import savemat

from mcf.datasets.landmarks import mat_file
from mcf.datasets.landmarks.mat_file import read_mat, read_mats


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


def test_many_files_are_read_together_and_the_damaged_one_is_named(tmp_path):
    paths = [tmp_path / f"{number}.mat" for number in range(3)]
    for number, path in enumerate(paths):
        savemat(path, {"a": np.array([number]), **({"b": 1} if number == 2 else {})})
    arrays = read_mats(paths, ("a", "b"))
    assert [int(each["a"].item()) for each in arrays] == [0, 1, 2]
    assert ["b" in each for each in arrays] == [False, False, True]
    paths[1].write_text("text" * 100)
    with pytest.raises(ValueError, match=r"1\.mat is no \.mat that can be read"):
        read_mats(paths, ("a",))


def test_more_files_than_one_process_reads_keep_their_order(tmp_path, monkeypatch):
    monkeypatch.setattr(mat_file, "TOGETHER", 2)
    paths = [tmp_path / f"{number}.mat" for number in range(3)]
    for number, path in enumerate(paths):
        savemat(path, {"a": np.array([number])})
    assert [int(each["a"].item()) for each in read_mats(paths, ("a",))] == [0, 1, 2]
    assert read_mats([], ("a",)) == []


def test_text_is_no_mat(tmp_path):
    (tmp_path / "x.mat").write_text("text" * 100)
    with pytest.raises(ValueError, match=r"x\.mat is no \.mat that can be read"):
        read_mat(tmp_path / "x.mat", ("names",))
