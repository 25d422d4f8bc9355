import dataclasses

import pytest

pytest.importorskip("pyarrow")

from mcf.preparation.job import Encoding, record_job
from tests.test_preparation.faces import write_photos
from tests.test_preparation.prepared import make_job


def test_folder_goes_on_with_the_same_job_only(tmp_path):
    job = make_job(write_photos(tmp_path / "in", ["a.jpg"]))
    path = tmp_path / "out" / "work" / "job.json"
    record_job(job, path)
    before = path.read_bytes()
    record_job(job, path)
    assert path.read_bytes() == before
    other = dataclasses.replace(job, encoding=Encoding(quality=90))
    with pytest.raises(ValueError, match=r"encoding: .*'quality': 95.* is now .*90"):
        record_job(other, path)
    write_photos(tmp_path / "in", ["a.jpg", "b.jpg"])
    with pytest.raises(ValueError, match="fingerprint: "):
        record_job(make_job(tmp_path / "in"), path)


def test_other_versions_of_libraries_are_refused(tmp_path, monkeypatch):
    job = make_job(write_photos(tmp_path / "in", ["a.jpg"]))
    path = tmp_path / "out" / "work" / "job.json"
    record_job(job, path)
    monkeypatch.setattr("mcf.preparation.job.__version__", "99")
    with pytest.raises(ValueError, match=r"versions: .*'mcf': '99'"):
        record_job(job, path)


def test_impossible_encodings_are_refused():
    with pytest.raises(ValueError, match="quality 1 to 100"):
        Encoding(suffix=".gif")
    with pytest.raises(ValueError, match="quality 1 to 100"):
        Encoding(quality=0)
