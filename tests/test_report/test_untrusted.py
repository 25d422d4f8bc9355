"""Run folders that somebody has prepared to harm who reads them."""

import json
import os
import random
import struct
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest

from mcf.apis import write_report
from mcf.report import read_run
from mcf.report.facts import settings_table
from mcf.report.run import MOST_PICTURES, read_pictures, read_scalars
from tests.test_report.run_files import PARSING, parsing_run

EVIL = "<script>alert(1)</script>"


def evil_file(run: Path, name: str) -> Path:
    return next(run.glob(f"*/vis_data/{name}"))


def test_config_is_not_run(resumed, tmp_path):
    mark = tmp_path / "ran"
    for file in resumed.glob("*/vis_data/config.py"):
        file.write_text(file.read_text() + f"\nopen({str(mark)!r}, 'w')\n")
    with pytest.raises(ValueError, match=r"config\.py, line 8: Expr"):
        write_report([resumed], tmp_path / "out", title="T")
    assert not mark.exists() and not (tmp_path / "out").exists()


def test_names_and_values_are_shown_as_text(tmp_path):
    run = parsing_run(tmp_path / "run", EVIL.replace("/", ""))
    config = evil_file(run, "config.py")
    config.write_text(PARSING.replace("mcf.LaPaParsing", EVIL).replace("UPer", EVIL))
    scalars = evil_file(run, "scalars.json")
    logged = json.dumps({EVIL: 1, "lone \ud800": 2, "step": 4, "iter": 4})
    scalars.write_text(f"{scalars.read_text()}{logged}\n")
    selection = (run / "selection.json").read_text()
    (run / "selection.json").write_text(selection.replace("parsing/mF1", EVIL))
    cv2.imwrite(str(run / "<b>.png"), np.zeros((2, 2, 3), np.uint8))
    html = write_report([run], tmp_path / "out", title="T").read_text()
    assert "&lt;script&gt;alert(1)" in html and "&lt;b&gt;" in html
    assert "<script" not in html and "<b>" not in html


@pytest.mark.parametrize(
    "planted",
    [
        "20260101_000000/vis_data/vis_image/faces_9.png",
        "private.png",
        "20260101_000000/20260101_000001.log",
        "selection.json",
        "20260101_000000/vis_data/config.py",
    ],
)
def test_links_out_of_the_folder_are_passed_over(tmp_path, planted):
    run = parsing_run(tmp_path / "run", "parse")
    before = read_run(run)
    own = tmp_path / "own"
    cv2.imwrite(str(tmp_path / "own.png"), np.full((2, 2, 3), 77, np.uint8))
    (tmp_path / "own.png").replace(own)
    link = run / planted
    link.unlink(missing_ok=True)
    link.symlink_to(os.path.relpath(own, link.parent))
    if planted.endswith("config.py"):
        with pytest.raises(FileNotFoundError, match="not a run"):
            read_run(run)
        return
    after = read_run(run)
    assert after.pictures == [] and after.environment == before.environment
    assert after.selection == ({} if planted == "selection.json" else before.selection)


def test_linked_start_of_another_run_is_passed_over(resumed, tmp_path):
    other = parsing_run(tmp_path / "other", "parse")
    (resumed / "20270101_000000").symlink_to(other / "20260101_000000")
    assert "loss" not in read_scalars(resumed)[0]
    (tmp_path / "link").symlink_to(resumed)  # the reader's own link
    assert read_scalars(tmp_path / "link") == read_scalars(resumed)


def test_pipe_does_not_hang(resumed):
    os.mkfifo(resumed / "private.png")
    os.mkfifo(resumed / "selection.json")
    assert read_run(resumed).selection == {}


def bomb(side: int) -> bytes:
    """A small PNG of many black pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    packer = zlib.compressobj(9)
    row = bytes(side * 3 + 1)
    pixels = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        [chunk(b"IHDR", head), chunk(b"IDAT", pixels), chunk(b"IEND", b"")]
    )


def test_pictures_are_bounded(resumed):
    (resumed / "bomb.png").write_bytes(bomb(9000))
    assert [len(p) for p in read_pictures(resumed, "run")] == [1, 1]
    big = resumed / "big.png"
    with big.open("wb") as file:
        file.truncate(2**34)
    with pytest.raises(ValueError, match=r"big\.png is larger"):
        read_pictures(resumed, "run")
    big.unlink()
    for number in range(MOST_PICTURES):
        (resumed / f"{number}.png").write_bytes(b"")
    with pytest.raises(ValueError, match="move some away"):
        read_pictures(resumed, "run")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"loss": 1, "iter": 1}', "without a step"),
        ('{"loss": 1, "step": [1], "iter": 1}', "without a step"),
        ('{"loss": 1, "step": true, "iter": 1}', "without a step"),
        ("[1]", "without a step"),
        ('{"a": "' + "x" * 70_000 + '"}', "more than"),
        (
            json.dumps({f"n{i}": 1 for i in range(501)} | {"step": 1, "iter": 1}),
            "500 names",
        ),
    ],
)
def test_scalars_that_no_run_writes_are_refused(resumed, line, message):
    scalars = evil_file(resumed, "scalars.json")
    scalars.write_text(f"{scalars.read_text()}{line}\n")
    with pytest.raises(ValueError, match=message) as error:
        read_scalars(resumed)
    assert "scalars.json" in str(error.value)


def test_numbers_beyond_all_axes_are_drawn_as_gaps(resumed, tmp_path):
    scalars = evil_file(resumed, "scalars.json")
    lines = [
        f'{{"loss": {loss}, "step": {step}, "iter": 1}}'
        for loss, step in (
            ("1e999", 70),
            ("9" * 4000, 71),
            ("9" * 5000, 72),
            ("1e308", 2**53 - 1),
        )
    ]
    lines.append("[" * 60_000)
    scalars.write_text("\n".join([scalars.read_text(), *lines]))
    assert "loss" in write_report([resumed], tmp_path / "out", title="T").read_text()


@pytest.mark.parametrize(
    "change",
    [
        {"records": []},
        {"records": 3},
        {"records": [{"epoch": 1, "iter": 1}]},
        {"records": [{"epoch": "<b>", "iter": 1, "val": {"parsing/mF1": 1}}]},
        {"records": [{"epoch": 1, "iter": 1, "val": {"parsing/mF1": "<b>"}}]},
        {"rule": "best"},
        {"metric": ["a"]},
        {"held_out": "yes"},
    ],
)
def test_selection_that_no_hook_writes_is_refused(tmp_path, change):
    run = parsing_run(tmp_path / "run", "parse")
    content = json.loads((run / "selection.json").read_text()) | change
    (run / "selection.json").write_text(json.dumps(content))
    with pytest.raises(ValueError, match=r"selection\.json is no history"):
        read_run(run)


def test_dollars_in_names_are_no_formula(tmp_path):
    runs = [parsing_run(tmp_path / f"$\\bad{i}$\n", "parse") for i in range(2)]
    assert write_report(runs, tmp_path / "out", title="T").is_file()


def test_settings_of_any_shape_give_a_table(tmp_path):
    run = parsing_run(tmp_path / "run", "parse")
    config = evil_file(run, "config.py")
    rng = random.Random(0)
    values = [
        "3",
        "None",
        "[]",
        "{}",
        "'x'",
        "[1]",
        "[{}]",
        "[[{'type': 1}]]",
        "{1: {}}",
    ]
    pieces = ["model", "head", "store", "type", "dataset", "datasets"]
    pieces += ["train_dataloader", "test_dataloader", "optim_wrapper", "train_cfg"]
    pieces += ["custom_hooks", "randomness", "decode_head", "optimizer", "load_from"]

    def value(depth: int) -> str:
        if depth == 0 or rng.random() < 0.3:
            return rng.choice(values)
        inner = ", ".join(f"{n}={value(depth - 1)}" for n in rng.sample(pieces, 4))
        return f"dict({inner})" if rng.random() < 0.8 else f"[dict({inner})]"

    for _ in range(100):
        config.write_text("\n".join(f"{name} = {value(3)}" for name in pieces))
        assert settings_table([read_run(run)]).rows[0] == ["config", "parse"]
