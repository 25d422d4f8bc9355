import errno
from functools import partial

import pytest

pytest.importorskip("pyarrow")

from mcf.datasets import open_store
from mcf.preparation.worker import Outcome
from mcf.utils.command import run_command
from tests.test_preparation.faces import contents, write_photos
from tests.tools import load_tool


@pytest.fixture(scope="module")
def tool():
    return load_tool("prepare_faces")


@pytest.fixture(scope="module")
def main(tool):
    return partial(run_command, tool.main)


def test_from_photos_to_a_checked_selection(main, tmp_path, capsys):
    photos = write_photos(tmp_path / "in", [f"{i}.jpg" for i in range(6)])
    lines = [f"{i}.jpg,{i},5,{i + 60},65" for i in range(5)]
    boxes = tmp_path / "boxes.csv"
    boxes.write_text("\n".join(["image,x1,y1,x2,y2", *lines]))
    index, out, chosen = (str(tmp_path / x) for x in ("index", "out", "chosen"))
    assert main(["index-boxes", str(boxes), "--to", index]) == 0
    command = ["run", str(photos), out, "--detector", index, "--size", "48"]
    assert main([*command, "--workers", "1"]) == 0
    assert "5 faces are in" in capsys.readouterr().out
    assert (tmp_path / "out" / "summary.html").is_file()
    query = ["--where", "image in ('1.jpg', '3.jpg')"]
    assert main(["combine", f"{out}/faces", "--to", chosen, *query]) == 0
    assert main(["check", chosen]) == 0
    assert "all 2 faces are as they were prepared" in capsys.readouterr().out
    assert len(open_store(chosen)) == 2
    before = contents(tmp_path / "out" / "faces")
    assert main([*command, "--workers", "2"]) == 0
    assert contents(tmp_path / "out" / "faces") == before


@pytest.mark.parametrize(("asked", "reported"), [("0.2", 0.2), ("0.9", 0.5)])
def test_detector_reports_what_the_filter_lets_through(tool, asked, reported):
    job = tool.build_job(tool.parse_args(["run", "in", "out", "--min-score", asked]))
    assert (job.detector.min_score, job.filters.min_score) == (reported, float(asked))


def test_accepted_values_are_read(tool):
    rules = ["--accept", "NSFW=UNLIKELY,UNSURE", "LICENSE=by"]
    job = tool.build_job(tool.parse_args(["run", "in", "out", *rules]))
    expected = {"NSFW": ("UNLIKELY", "UNSURE"), "LICENSE": ("by",)}
    assert job.filters.columns == expected


def test_repeated_options_add_up(tool):
    rules = ["--accept", "NSFW=UNLIKELY", "--keep", "A", "--accept", "L=by"]
    rules += ["--keep", "B", "A", "--accept", "NSFW=UNSURE,UNLIKELY"]
    job = tool.build_job(tool.parse_args(["run", "in", "out", *rules]))
    expected = {"NSFW": ("UNLIKELY", "UNSURE"), "L": ("by",)}
    assert job.filters.columns == expected
    assert job.columns == ("A", "B")
    again = tool.parse_args(["run", "in", "out"])
    assert again.accept == again.keep == []


def test_damaged_store_fails_the_check(main, tmp_path, capsys):
    photos = str(write_photos(tmp_path / "in", ["a.jpg"]))
    command = ["run", photos, str(tmp_path / "out"), "--detector", "cropped"]
    assert main([*command, "--workers", "1"]) == 0
    shard = tmp_path / "out" / "faces" / "faces-00000.tar"
    data = bytearray(shard.read_bytes())
    data[1000] ^= 1
    shard.write_bytes(data)
    assert main(["check", str(tmp_path / "out" / "faces")]) == 1
    assert "other bytes than were prepared" in capsys.readouterr().out


def test_recall_lists_what_is_not_in_the_store(main, tmp_path, capsys):
    pytest.importorskip("mmpose")
    photos = str(write_photos(tmp_path / "in", ["a.jpg", "b.jpg"]))
    command = ["run", photos, str(tmp_path / "out"), "--detector", "cropped"]
    assert main([*command, "--workers", "1"]) == 0
    box = '<box top="0" left="0" width="9" height="9">{}</box>'
    large = '<part name="0" x="0" y="0"/><part name="1" x="95" y="79"/>'
    small = '<part name="0" x="0" y="0"/><part name="1" x="45" y="45"/>'
    images = "".join(
        f'<image file="{name}">{box.format(parts)}</image>'
        for name, parts in (("a.jpg", large), ("b.jpg", small))
    )
    path = tmp_path / "faces.xml"
    path.write_text(f"<dataset><images>{images}</images></dataset>")
    capsys.readouterr()
    assert main(["recall", str(tmp_path / "out" / "faces"), str(path)]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "faces.xml b.jpg box 1, 45 pixels: missed",
        "2 annotated faces, 2 above 40 pixels: 1 found, 1 accepted",
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", "nowhere", "out"], "no folder 'nowhere'"),
        (["run", "nowhere.csv", "out"], "no list of files 'nowhere.csv'"),
        (["run", "x.csv", "out", "--accept", "NSFW"], "--accept 'NSFW' is not COLUMN="),
        (
            ["run", "x.csv", "out", "--min-score", "0"],
            "RetinaFace(max_side=1024, min_",
        ),
        (["run", "here", "out", "--unit-size", "0"], "unit_size is 0"),
        (["run", "here", "out", "--near", "9"], "near is 9; give 0 to 3"),
        (["run", "here", "out", "--shard-size", "0"], "shard_size is 0; a shard"),
        (["run", "here", "out", "--timeout", "-1"], "timeout is -1; give the sec"),
        (["run", "here", "out", "--workers", "-1"], "workers is -1; give 1 or more"),
        (["run", "here", "out", "--detector", "retina"], "no index of boxes in 'ret"),
        (["check", "nowhere"], "no store.json in 'nowhere'"),
        (["combine", "nowhere", "--to", "x"], "no store.json in 'nowhere'"),
    ],
)
def test_mistakes_are_told_in_a_line(
    main, tmp_path, monkeypatch, capsys, arguments, said
):
    pytest.importorskip("retinaface")
    monkeypatch.chdir(tmp_path)
    write_photos(tmp_path / "here", ["a.jpg"])
    assert main(arguments) == 2
    assert f"error: {said}" in capsys.readouterr().err


def test_full_disk_lists_the_units_and_leaves_no_half_store(
    main, tmp_path, monkeypatch, capsys
):
    photos = write_photos(tmp_path / "in", ["a.jpg", "b.jpg"])
    out = tmp_path / "out"
    command = ["run", str(photos), str(out), "--detector", "cropped", "--size", "48"]
    command += ["--workers", "1", "--unit-size", "1"]

    def full(*args, **kwargs):
        raise OSError(errno.ENOSPC, "No space left on device", str(out / "faces"))

    def fail(job, folder, units, **kwargs):
        for unit in units:
            yield Outcome(unit.index, problem="x.tar: No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("mcf.preparation.prepare.run_locally", fail)
        patch.setattr("mcf.preparation.store.write_shards", full)
        assert main(command) == 1
    said = capsys.readouterr().err.splitlines()
    assert sum(line.startswith("not prepared, try again: ") for line in said) == 2
    assert said[-1].startswith(f"error: {out / 'faces'}: No space left on device; ")
    assert [path.name for path in out.iterdir()] == ["work"]
    assert main(command) == 0
