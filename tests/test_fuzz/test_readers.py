"""No damaged file does more than be refused, whatever reads it."""

import pytest

pytest.importorskip("h5py")
pytest.importorskip("lmdb")
pytest.importorskip("pyarrow")

from tests.test_fuzz.doors import DOORS
from tests.test_fuzz.trial import try_door


@pytest.mark.parametrize("name", DOORS)
def test_damaged_file_is_read_or_refused_by_name(name, tmp_path):
    counts = try_door(DOORS[name], tmp_path, cases=10)
    assert sum(counts.values()) >= 10


@pytest.mark.slow
@pytest.mark.parametrize("name", DOORS)
def test_many_damaged_files_are_read_or_refused_by_name(name, tmp_path):
    counts = try_door(DOORS[name], tmp_path, cases=400)
    print(name, counts)
    assert sum(counts.values()) >= 400
    assert counts["refused"] > 0
