import re

import numpy as np
import pytest

from mcf.apis import write_report
from mcf.report.write import short_names
from mcf.visualization import Picture, Table
from tests.test_report.run_files import parsing_run


def test_report_holds_what_it_was_given_and_what_the_run_left(resumed, tmp_path):
    html = write_report(
        [resumed],
        tmp_path / "out",
        title="My run",
        tables=[Table("Probe", ("a",), [["0.123"]])],
        pictures=[Picture("Extra faces", np.zeros((3, 3, 3), np.uint8))],
        notes=["A note."],
    )
    text, markdown = html.read_text(), html.with_suffix(".md").read_text()
    for words in (
        "My run",
        "A note.",
        "0.123",
        "feature loss",
        "run: reconstruction after 100 iterations",
        "Extra faces",
        "small_config",
        "Whole config of run",
    ):
        assert words in text and words in markdown, words
    for page in (text, markdown):
        order = ("Extra faces", "after 100 iterations", "0.123", "feature loss", "Log")
        places = [page.index(words) for words in order]
        assert places == sorted(places), "pictures, then results, curves, numbers"
    assert "contrastive loss" not in text
    assert "8 at 10" in text and "1 at 40" in text
    assert len(list((tmp_path / "out" / "report_files").iterdir())) == 4


def test_report_over_tasks_asks_for_nothing_else(resumed, tmp_path):
    folders = [resumed, parsing_run(tmp_path / "lapa", "parse")]
    text = write_report(folders, tmp_path / "out", title="Two").read_text()
    for words in (
        "parsing/mF1",
        "best on validation",
        "feature loss, mcf.MCF",
        "UPerHead",
    ):
        assert words in text
    sources = re.findall(r'(?:src|href)="(.{0,11})', text)
    assert sources and set(sources) == {"data:image/"}
    assert not re.search(r"@import|url\(|<script|<link", text)


def test_names_are_as_short_as_they_can_be(tmp_path):
    assert short_names([tmp_path / "a"]) == ["a"]
    folders = [tmp_path / "pre", tmp_path / "align/pre", tmp_path / "align/scratch"]
    assert short_names(folders) == ["pre", "align/pre", "align/scratch"]


def test_no_run_or_the_same_twice_is_refused(tmp_path):
    for folders in ([], [tmp_path, tmp_path / "."]):
        with pytest.raises(ValueError, match="different runs"):
            short_names(folders)
