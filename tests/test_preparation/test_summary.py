import re

import pytest

pytest.importorskip("pyarrow")

from mcf.preparation.prepare import Report
from mcf.preparation.summary import write_summary
from tests.test_preparation.faces import jpeg, write_photos
from tests.test_preparation.prepared import make_job, make_store


@pytest.fixture
def page(tmp_path) -> str:
    names = [f"two-{i}.jpg" for i in range(30)] + ["nobody-.jpg"]
    write_photos(tmp_path / "in", names)
    (tmp_path / "in" / "damaged.jpg").write_bytes(jpeg(0)[:-200])
    (tmp_path / "in" / "copy.jpg").write_bytes(jpeg(0))
    job = make_job(tmp_path / "in", unit_size=7)
    make_store(job, tmp_path / "faces")
    report = Report(59, failures={"x.tar": "Input/output error"})
    return write_summary(job, tmp_path, report).read_text()


def test_each_reason_has_its_sheet_and_count(page):
    titles = re.findall(r"<figcaption>(.*?)</figcaption>", page)
    # The copy comes first in the folder, so that the other is its duplicate.
    assert titles == [
        "accepted: 24 of 60", "damaged: 1 of 1", "duplicate: 1 of 1", "no face: 1 of 1"
    ]  # fmt: skip
    assert page.count("data:image/jpeg") == 4


def test_units_that_failed_are_listed(page):
    assert "<td>x.tar</td><td>Input/output error</td>" in page
