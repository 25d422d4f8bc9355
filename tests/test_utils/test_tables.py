import csv
import json

import pytest

from mcf.utils.tables import align, check_suffix, markdown_table, write_rows

ROWS = [
    {"image": "a, b.png", "x": 1.5, "in": ["p", "q"]},
    {"image": "c", "x": 2, "in": []},
]


def test_numbers_are_flush_right():
    lines = align([["name", "x"], ["longer name", "12.5"], ["b", "3"]])
    assert lines == ["name            x", "longer name  12.5", "b               3"]


def test_json_keeps_types(tmp_path):
    write_rows(ROWS, tmp_path / "deep/rows.json")
    assert json.loads((tmp_path / "deep/rows.json").read_text()) == ROWS


def test_csv_has_one_row_each_and_lists_in_one_cell(tmp_path):
    write_rows(ROWS, tmp_path / "rows.csv")
    with (tmp_path / "rows.csv").open(newline="") as file:
        first, second = csv.DictReader(file)
    assert first == {"image": "a, b.png", "x": "1.5", "in": '["p", "q"]'}
    assert second["in"] == "[]"


def test_other_endings_are_refused():
    check_suffix(None)
    with pytest.raises(ValueError, match=r"rows\.txt must end in \.json or \.csv"):
        check_suffix("rows.txt")


def test_markdown_tables_put_numbers_right():
    rows = [("a", "1"), ("b", "2")]
    assert markdown_table(("name", "score"), rows, numbers=True) == [
        "| name | score |",
        "| --- | ---: |",
        "| a | 1 |",
        "| b | 2 |",
    ]
    assert markdown_table(("x", "y"), [])[1] == "| --- | --- |"
