"""The site builds without a warning and fetches nothing from elsewhere."""

import re
import subprocess
import sys

import pytest

from tests.test_docs.pages import ROOT

pytest.importorskip("material")
pytest.importorskip("latex2mathml")
pytest.importorskip("mkdocstrings")
FETCHED = re.compile(
    r"<(?:script|img|link|iframe)[^>]+(?:src|href)=\"?(https?:[^\" >]+)"
)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "-d", folder],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return folder


def test_pages_outside_docs_and_linked_files_are_in_the_site(site):
    assert "<h1" in (site / "index.html").read_text()
    assert (site / "configs" / "pretrain" / "index.html").is_file()
    assert list((site / "configs" / "parsing").glob("*.py"))


def test_formulas_are_mathml(site):
    text = (site / "method" / "index.html").read_text()
    assert text.count("<math") > 10 and "$$" not in text


def test_the_reference_holds_signatures_and_docstrings(site):
    text = (site / "api" / "crops" / "index.html").read_text()
    assert "box_to_crop" in text and "Matrix that maps a box onto a crop" in text
    text = (site / "api" / "models" / "index.html").read_text()
    assert "mcf.models.masking.RandomMasking" in text


def test_nothing_is_fetched_from_elsewhere(site):
    for page in site.rglob("*.html"):
        assert FETCHED.findall(page.read_text()) == [], page
