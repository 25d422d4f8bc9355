import pytest

from mcf.engine.hooks.selection_table import FOR_LITERATURE, NOT_HELD_OUT
from mcf.hub.model_zoo import read_zoo
from mcf.report import read_run
from mcf.report.scores import (
    last_scores_tables,
    published_tables,
    selection_tables,
)
from mcf.utils.shipped import shipped_folder
from tests.test_report.run_files import parsing_run

LAPA = "mcf_vit-base-p16_uper_8xb5-fp32-300e_lapa-512"


@pytest.fixture
def run(tmp_path):
    return read_run(parsing_run(tmp_path / "mine", LAPA))


def test_selection_tells_how_each_score_was_chosen(run):
    (table,) = selection_tables([run])
    assert table.title == "parsing/mF1" and table.note == FOR_LITERATURE
    assert table.rows == [
        ["mine", "last", "2", "59.000", "51.250"],
        ["mine", "best on validation", "1", "60.000", "50.500"],
        ["mine", "best on test (*)", "2", "59.000", "51.250"],
    ]


def test_validation_on_the_test_set_is_not_called_validation(tmp_path):
    run = read_run(parsing_run(tmp_path / "mine", LAPA, held_out=False))
    (table,) = selection_tables([run])
    assert [row[1] for row in table.rows] == ["last", "best on test (*)"]
    assert {row[3] for row in table.rows} == {"none"} and table.note == NOT_HELD_OUT


def test_run_of_a_benchmark_stands_below_the_published_numbers(run):
    (table,) = published_tables([run], read_zoo(shipped_folder()))
    assert table.header == ("model", "mean F1", "epoch", "source")
    assert table.rows[0][:3] == ["MCF ViT-B", "93.96", "not stated"]
    assert table.rows[-3:] == [
        ["mine", "51.250", "last", "this report"],
        ["mine", "50.500", "best on validation", "this report"],
        ["mine", "51.250", "best on test (*)", "this report"],
    ]


def test_run_of_no_benchmark_is_not_compared(tmp_path):
    run = read_run(parsing_run(tmp_path / "mine", "my_faces"))
    assert published_tables([run], read_zoo(shipped_folder())) == []


def test_pretraining_has_no_scores(resumed):
    run = read_run(resumed)
    assert selection_tables([run]) == last_scores_tables([run]) == []


def test_last_evaluation_shows_all_scores_and_dashes_for_none(run):
    (table,) = last_scores_tables([run])
    assert table.header == ("", "mine, epoch 2")
    assert table.rows == [["parsing/mF1", "59.000"], ["parsing/F1/hat", "-"]]
