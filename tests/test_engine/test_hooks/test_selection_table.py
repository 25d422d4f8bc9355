from mcf.engine.hooks.selection_table import choose, selection_table


def record(epoch, val, test=None):
    scores = {} if test is None else dict(test=dict(error=test, recall=10 * test))
    return dict(epoch=epoch, iter=10 * epoch, val=dict(error=val), **scores)


RUN = [record(1, 5.0, 4.0), record(2, 3.0, 6.0), record(3, 3.0), record(4, 4.0, 5.0)]


def rows(table):
    lines = [line for line in table.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_best_record_follows_the_rule_and_the_first_of_equals_wins():
    assert choose(RUN, "val", "error", "less")["epoch"] == 2
    assert choose(RUN, "val", "error", "greater")["epoch"] == 1
    assert choose(RUN, "test", "error", "less")["epoch"] == 1
    assert choose(RUN, "test", "unknown", "less") is None


def test_table_has_last_and_both_best_epochs():
    table = selection_table(RUN, "error", "less", all_tested=True)
    assert rows(table) == [
        ["", "epoch", "val: error", "test: error"],
        ["-" * 18, *("-" * n + ":" for n in (4, 9, 10))],
        ["last", "4", "4.000", "5.000"],
        ["best on validation", "2", "3.000", "6.000"],
        ["best on test (*)", "1", "5.000", "4.000"],
    ]
    assert "(*) chosen on the test set: for comparison with the literature" in table


def test_best_on_test_is_left_out_unless_the_test_set_was_watched():
    table = selection_table(RUN, "error", "less")
    assert [row[0] for row in rows(table)[2:]] == ["last", "best on validation"]
    assert "test set" not in table


def test_without_held_out_data_the_best_is_called_chosen_on_the_test_set():
    same = [record(1, 2.0, 2.0), record(2, 3.0, 3.0)]
    table = selection_table(same, "error", "less", held_out=False)
    assert rows(table)[0] == ["", "epoch", "test: error"]
    assert rows(table)[2:] == [
        ["last", "2", "3.000"],
        ["best on test (*)", "1", "2.000"],
    ]
    assert "only the last epoch is an honest result" in table


def test_further_columns_stand_beside_and_gaps_are_dashes():
    table = selection_table(RUN, "error", "less", columns=["recall"])
    assert rows(table)[0][2:] == [
        "val: error",
        "test: error",
        "val: recall",
        "test: recall",
    ]
    assert rows(table)[2][2:] == ["4.000", "5.000", "-", "50.000"]


def test_untested_run_has_no_test_columns():
    table = selection_table([record(1, 2.0)], "error", "less")
    assert rows(table)[0] == ["", "epoch", "val: error"]
