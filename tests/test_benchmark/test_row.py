import pytest

from mcf.benchmark.row import RINGS, load_ring

ROW = """
rows = [dict(
    name="age", title="Age", score=dict(key="mae", title="years", higher=False),
    train=dict(type="mcf.UTKFace"), test=dict(type="mcf.UTKFace"),
    places=[dict(data_root="data/a"), dict(data_root="data/b")]{more},
)]
"""


@pytest.mark.parametrize("ring", RINGS)
def test_shipped_ring_says_where_its_data_are_and_are_to_be_had(ring, tmp_path):
    rows = load_ring(ring, data=tmp_path)
    assert len(rows) > 4
    for row in rows:
        assert row.site and max(row.shares) == 1
        values = [p.value for p in row.published]
        assert values == sorted(values, reverse=row.score.higher), row.name
        assert all(p.how and p.source for p in row.published)
        assert "data/" not in str(row.datasets) + str(row.places)


def test_first_place_that_is_there_holds(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(ROW.format(more=""))
    (row,) = load_ring(path, data=tmp_path)
    with pytest.raises(FileNotFoundError, match="get the data from https://susanqq"):
        row.placed()
    (tmp_path / "b").mkdir()
    assert row.placed()["train"]["data_root"] == str(tmp_path / "b")
    (tmp_path / "a").mkdir()
    assert row.placed()["test"]["data_root"] == str(tmp_path / "a")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("rows = []", "has no list `rows`"),
        (ROW.format(more=', pairs=dict(type="mcf.LFWPairs")'), "needs one of"),
        (ROW.format(more=", colour=1"), "colour"),
        (ROW.replace("mcf.UTKFace", "mcf.Nothing").format(more=""), "no data set"),
        (ROW.replace('key="mae", ', "").format(more=""), "'age' is no row"),
        (ROW.format(more="") + "rows = rows * 2", "two rows have one name"),
    ],
)
def test_config_that_is_no_ring_is_named(text, said, tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(text)
    with pytest.raises(ValueError, match=said) as refused:
        load_ring(path)
    assert str(path) in str(refused.value)


def test_unknown_ring_is_named():
    with pytest.raises(ValueError, match="there are minutes, dense, global"):
        load_ring("hours")
    with pytest.raises(FileNotFoundError, match=r"nowhere\.py"):
        load_ring("nowhere.py")
