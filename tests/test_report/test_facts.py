from mcf.report import read_run
from mcf.report.facts import environment_table, sentence, settings_table
from tests.test_report.run_files import parsing_run


def test_facts_name_what_was_run(resumed):
    facts = dict(settings_table([read_run(resumed)]).rows)
    assert facts["config"] == "small_config"
    assert facts["backbone"] == "mcf.MaskedViT, arch (depth 2)"
    assert facts["training data"] == "mcf.TarStore, root faces"
    assert facts["images per batch and process"] == "7"
    assert facts["batches per optimiser step"] == "8"
    assert "teacher" not in facts


def test_facts_of_several_tasks_stand_side_by_side(resumed, tmp_path):
    runs = [read_run(resumed), read_run(parsing_run(tmp_path / "parsing", "lapa"))]
    table = settings_table(runs)
    facts = {name: cells for name, *cells in table.rows}
    assert table.header == ("", "run", "parsing")
    assert facts["model"] == ["mcf.MCF", "mcf.FaceParser"]
    assert facts["head"] == ["", "UPerHead, channels 32"]
    assert facts["starts from"] == ["", "backbone.pth"]
    assert facts["training data"][1] == (
        "mcf.LaPaParsing, data_root a; mcf.LaPaParsing, data_root b"
    )
    assert facts["test data"] == ["", "mcf.LaPaParsing, data_root t"]
    assert facts["seed"] == ["", "4"]


def test_sentence_leaves_out_long_lists_of_settings():
    settings = dict(
        a=1, type="T", pipeline=[1], steps=[dict(type="S")], none=None, b={}
    )
    assert sentence(settings) == "T, a 1"


def test_no_environment_table_without_logs(resumed):
    assert environment_table([read_run(resumed)]).rows[0] == ["sys.platform", "linux"]
    for file in resumed.glob("*/*.log"):
        file.unlink()
    assert environment_table([read_run(resumed)]) is None
