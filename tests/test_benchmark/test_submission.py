import json
from dataclasses import replace

import pytest

from mcf.benchmark import (
    Submission,
    compare_submissions,
    read_submission,
    write_submission,
)
from mcf.benchmark.row import Published, Score
from mcf.benchmark.submission import Entry, mean_groups, summary

AGE = Entry(
    row="age",
    title="UTKFace age",
    score=Score("mae", "MAE", higher=False),
    way="frozen",
    share=1.0,
    scores={"mae": [5.0, 6.0, 7.0], "cs5": [40.0, None, 50.0]},
    groups={"gender": {"male": 5.5, "gap": None}},
    counts={"train": 7},
    published=(Published("X", 4.0, "fine-tuned", "its paper"),),
)
PAIRS = replace(
    AGE,
    row="lfw",
    score=Score("accuracy", "accuracy", higher=True),
    scores={"accuracy": [80.0]},
    published=(Published("Y", 100.0, "trained", "its paper"),),
)


def submission(name: str, *entries: Entry, trained: bool = True) -> Submission:
    return Submission(name, "f" * 64, 112, trained, "minutes", entries)


def test_file_gives_back_what_was_written(tmp_path):
    one = replace(submission("a", AGE, PAIRS), missing={"race": "no data"})
    write_submission(one, tmp_path / "benchmark.json")
    assert read_submission(tmp_path) == read_submission(tmp_path / "benchmark.json")
    assert read_submission(tmp_path) == one


def test_mean_and_deviation_over_seeds_by_hand():
    assert (AGE.mean, AGE.spread) == (6.0, 1.0)
    assert (PAIRS.mean, PAIRS.spread) == (80.0, None)


def test_summary_is_the_mean_share_of_the_way_to_the_best_published():
    """Age 10 to 4 years, here 6: 4/6. Pairs 60 to 100 %, here 80: 1/2."""
    low_age = replace(AGE, scores={"mae": [10.0]})
    low_pairs = replace(PAIRS, scores={"accuracy": [60.0]})
    floor = submission("floor", low_age, low_pairs, trained=False)
    total, parts = summary(submission("a", AGE, PAIRS), floor)
    assert parts == pytest.approx({"age": 4 / 6, "lfw": 0.5})
    assert total == pytest.approx((4 / 6 + 0.5) / 2)
    assert summary(floor, floor)[0] == 0
    with pytest.raises(ValueError, match="share no row"):
        summary(submission("a", AGE), submission("b", PAIRS))


def test_table_has_every_row_of_any_and_a_gap_where_one_lacks_it():
    floor = submission("floor", PAIRS, trained=False)
    table = compare_submissions([submission("a", AGE, PAIRS), floor])
    assert table.rows[0][1:] == ["6.00 ± 1.00", "–"]
    assert table.rows[1][1:] == ["80.00", "80.00"]
    assert table.rows[2][1:] == ["0.000", "0.000"]


def test_what_cannot_be_compared_is_refused():
    other = replace(AGE, score=Score("mae", "MAE in months", higher=False))
    with pytest.raises(ValueError, match="by MAE in months, others by MAE"):
        compare_submissions([submission("a", AGE), submission("b", other)])
    with pytest.raises(ValueError, match="one name among a, a"):
        compare_submissions([submission("a", AGE)] * 2)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (dict(format="x"), "format"),
        (dict(ring=None), "ring"),
        (dict(img_size="112"), "img_size"),
        (dict(more=1), "unknown key 'more'"),
        (dict(entries=[dict(row="age")]), "lacks title"),
        (dict(missing={"a": 7}), "missing.a"),
        (dict(backbone="x\x1b[0m"), "backbone"),
    ],
)
def test_file_of_anybody_is_checked(change, said, tmp_path):
    path = tmp_path / "benchmark.json"
    write_submission(submission("a", AGE), path)
    path.write_text(json.dumps({**json.loads(path.read_text()), **change}))
    with pytest.raises(ValueError, match=said) as refused:
        read_submission(path)
    assert str(path) in str(refused.value)


@pytest.mark.parametrize("text", ["", "{", "[]", "NaN", '{"a": ' * 9999])
def test_what_is_no_submission_is_named(text, tmp_path):
    path = tmp_path / "benchmark.json"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"benchmark\.json"):
        read_submission(path)


def test_row_that_stands_twice_is_refused(tmp_path):
    write_submission(submission("a", AGE, AGE), tmp_path / "benchmark.json")
    with pytest.raises(ValueError, match="a row stands twice"):
        read_submission(tmp_path)


def test_groups_are_means_over_seeds():
    nan = float("nan")
    seeds = [{"gender": {"male": 1.0, "gap": nan}}, {"gender": {"male": 2.0, "gap": 3}}]
    assert mean_groups(seeds) == {"gender": {"male": 1.5, "gap": None}}
    assert mean_groups([]) == {}
