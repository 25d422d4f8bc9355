from dataclasses import replace

import numpy as np

from mcf.benchmark import write_page
from mcf.benchmark.page import benchmark_page
from mcf.visualization.page import Charts, Picture
from tests.test_benchmark.test_submission import AGE, PAIRS, submission

RACE = replace(PAIRS, row="race", title="race", published=())


def test_page_shows_numbers_groups_pictures_and_empty_rows(tmp_path):
    one = replace(
        submission("mine", AGE, PAIRS, RACE), missing={"parts": "get it at S"}
    )
    face = Picture("worst", np.zeros((8, 8, 3), np.uint8))
    html = write_page(one, tmp_path, beside=[submission("other", AGE)], pictures=[face])
    text = html.read_text()
    for word in ("mine", "6.00 ± 1.00", "4, X (fine-tuned)", "get it at S", "5.50"):
        assert word in text
    assert "other" in text and "image/png" in text and "image/svg+xml" in text
    assert "http" not in text.replace("http://www.w3.org", "")
    assert "6.00 ± 1.00" in html.with_suffix(".md").read_text()


def test_radar_holds_the_backbone_and_networks_of_several_rows():
    known = replace(PAIRS, published=(*PAIRS.published, *AGE.published))
    page = benchmark_page(submission("mine", AGE, known, RACE))
    (charts,) = (block for block in page.blocks if isinstance(block, Charts))
    (chart,) = charts.charts
    assert "mine" in chart.svg and "X, published" in chart.svg
    assert "Y, published" not in chart.svg


def test_two_rows_have_no_radar():
    blocks = benchmark_page(submission("mine", AGE, PAIRS)).blocks
    assert not any(isinstance(block, Charts) for block in blocks)
