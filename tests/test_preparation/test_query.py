import pytest

pa = pytest.importorskip("pyarrow")

from mcf.preparation.query import parse_query  # noqa: E402

TABLE = pa.table(
    {
        "size": [30.0, 80, 120, None],
        "reason": ["small", "", "", ""],
        "source_NSFW": ["UNLIKELY", "UNSURE", None, "NSFW"],
    }
)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("size >= 80", [1, 2]),
        ("30 < size < 100", [1]),
        ("reason == 'small' or source_NSFW == 'NSFW'", [0, 3]),
        ("source_NSFW in ('UNLIKELY', 'UNSURE') and not size > 50", [0]),
        ("source_NSFW not in ['NSFW']", [0, 1]),
        ("not source_NSFW in ['NSFW']", [0, 1]),
        ("source_NSFW not in ['NSFW'] or size == 120", [0, 1, 2]),
        ("size not in (80, 7)", [0, 2]),
        ("size > -1", [0, 1, 2]),
    ],
)
def test_rows_that_meet_the_condition(text, rows):
    numbered = TABLE.append_column("row", pa.array(range(4)))
    chosen = numbered.filter(parse_query(text, TABLE.column_names))
    assert chosen["row"].to_pylist() == rows


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("weight > 3", "no column 'weight'"),
        ("size", "no comparison"),
        ("size >", "invalid syntax"),
        ("__import__('os').system('x') == 0", "no column or value"),
        ("size > max(1, 2)", "no column or value"),
        ("size is None", "no comparison"),
        ("5 in size", "cannot be read"),
        ("size in 5", "cannot be read"),
        ("size in (5, 'x')", "cannot be read"),
        ("(1, 2) in size", "to the right of `in` only"),
        ("size == (1, 2)", "to the right of `in` only"),
        ("size in source_NSFW", "to the right of `in` only"),
    ],
)
def test_anything_else_is_refused_and_not_run(text, said):
    with pytest.raises(ValueError, match=said):
        parse_query(text, TABLE.column_names)
