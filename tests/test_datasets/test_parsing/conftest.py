import pytest

from tests.test_datasets.test_parsing.parsing_files import make_celebamask_hq, make_lapa


@pytest.fixture
def lapa(tmp_path):
    return make_lapa(tmp_path / "LaPa")


@pytest.fixture
def celebamask_hq(tmp_path):
    return make_celebamask_hq(tmp_path / "CelebAMask-HQ")
