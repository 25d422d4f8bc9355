from mcf.commands.report import main
from mcf.utils.command import run_command
from tests.test_report.run_files import parsing_run


def test_report_lies_in_the_run_unless_told_otherwise(tmp_path, capsys):
    run = parsing_run(tmp_path / "run", "parse")
    main([str(run)])
    assert "<h1>run</h1>" in (run / "report.html").read_text()
    main([str(run), "--out", str(tmp_path / "out"), "--title", "T", "--note", "N."])
    assert "<h1>T</h1>\n<p>N.</p>" in (tmp_path / "out" / "report.html").read_text()
    assert "report.html and report.md" in capsys.readouterr().out


def test_folder_that_is_no_run_is_a_usage_error(tmp_path, capsys):
    assert run_command(main, [str(tmp_path)]) == 2
    assert "not a run" in capsys.readouterr().err
