"""No damaged file does more than be refused, whatever reads it."""

import pytest

pytest.importorskip("h5py")
pytest.importorskip("lmdb")
pytest.importorskip("pyarrow")

from tests.test_fuzz.doors import DOORS
from tests.test_fuzz.trial import try_door


def try_many(name, folder, cases):
    cases = min(cases, DOORS[name].most)
    counts = try_door(DOORS[name], folder, cases=cases)
    assert sum(counts.values()) >= cases


@pytest.mark.parametrize("name", DOORS)
def test_damaged_file_is_read_or_refused_by_name(name, tmp_path):
    try_many(name, tmp_path, 10)


@pytest.mark.slow
@pytest.mark.parametrize("name", DOORS)
def test_many_damaged_files_are_read_or_refused_by_name(name, tmp_path):
    try_many(name, tmp_path, 400)


def test_many_are_more_than_ten_thousand():
    assert sum(min(400, door.most) for door in DOORS.values()) > 10_000
