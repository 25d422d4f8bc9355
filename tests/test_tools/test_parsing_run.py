"""Face parsing through the tools, from an official layout to table and pictures."""

import json
import sys

import cv2
import pytest

pytest.importorskip("mmseg")


from mcf.checkpoint.safe_load import load_file
from mcf.engine.hooks import AtomicCheckpointHook
from tests.test_datasets.test_parsing.parsing_files import make_lapa
from tests.test_engine.tiny_run import ROOT
from tests.test_engine.toy import assert_same
from tests.tools import load_tool

CONFIG = ROOT / "configs/parsing/mcf_vit-tiny-p14_uper_1xb8-fp32-20e_lapa-112.py"


def run(monkeypatch, tool, *arguments):
    monkeypatch.setattr(sys, "argv", [f"{tool}.py", *map(str, arguments)])
    load_tool(tool).main()


@pytest.fixture
def options(tmp_path):
    root = make_lapa(tmp_path / "LaPa", size=(48, 40))
    loaders = {
        "train_dataloader": "dataset.dataset.data_root",
        "val_dataloader": "dataset.data_root",
        "test_dataloader": "dataset.data_root",
    }
    values = []
    for loader, place in loaders.items():
        values += [f"{loader}.{place}={root}", f"{loader}.num_workers=0"]
        values.append(f"{loader}.persistent_workers=False")
    return [
        "--cfg-options",
        *values,
        "train_dataloader.batch_size=2",
        "train_cfg.max_epochs=2",
        "train_cfg.val_interval=1",
        f"test_evaluator.per_image_file={tmp_path / 'images.csv'}",
        f"test_evaluator.confusion_file={tmp_path / 'confusion.csv'}",
    ]


def test_lapa_from_its_layout_to_the_table(tmp_path, monkeypatch, options):
    work = tmp_path / "work"
    run(monkeypatch, "train", CONFIG, f"--work-dir={work}", *options)
    selection = json.loads((work / "selection.json").read_text())
    assert [record["epoch"] for record in selection["records"]] == [1, 2]
    assert selection["held_out"]
    out = tmp_path / "metrics.json"
    checkpoint = work / "epoch_2.pth"
    command = [CONFIG, checkpoint, f"--work-dir={tmp_path / 'test'}", f"--out={out}"]
    run(monkeypatch, "test", *command, *options)
    metrics = json.loads(out.read_text())
    assert metrics["parsing/mF1"] == selection["records"][-1]["test"]["parsing/mF1"]
    assert {f"parsing/F1/{name}" for name in ("skin", "hair", "inner_mouth")} < set(
        metrics
    )
    (log,) = (tmp_path / "test").glob("*/*.log")
    table = log.read_text()
    assert "Parsing of 2 images of LaPa, in percent, from one confusion matrix" in table
    assert "at the size of the ground truth: 40x48 (width x height)" in table
    rows = (tmp_path / "images.csv").read_text().splitlines()
    assert len(rows) == 3 and rows[1].split(",")[1:3] == ["48", "40"]
    picture = tmp_path / "worst.png"
    drawing = [CONFIG, checkpoint, "--out", picture, "--max-images", 2, *options]
    monkeypatch.setattr(sys, "argv", ["visualize.py"])
    run(monkeypatch, "visualize", *drawing)
    assert cv2.imread(str(picture)).shape[1] > 4 * 224


def test_head_of_other_classes_is_refused_before_training(
    tmp_path, monkeypatch, options
):
    wrong = "model.decode_head.num_classes=2"
    with pytest.raises(ValueError, match=r"LaPa 11 .*decode_head\.num_classes=11"):
        run(monkeypatch, "train", CONFIG, f"--work-dir={tmp_path}", *options, wrong)


def test_stopped_run_ends_with_the_same_weights(tmp_path, monkeypatch, options):
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    run(monkeypatch, "train", CONFIG, f"--work-dir={whole}", *options)
    save = AtomicCheckpointHook._save_checkpoint_with_step

    def save_and_stop(hook, runner, step, meta):
        save(hook, runner, step, meta)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(AtomicCheckpointHook, "_save_checkpoint_with_step", save_and_stop)
        run(monkeypatch, "train", CONFIG, f"--work-dir={parts}", *options)
    run(monkeypatch, "train", CONFIG, f"--work-dir={parts}", "--resume", *options)
    first, second = (load_file(work / "epoch_2.pth") for work in (whole, parts))
    for key in ("state_dict", "ema_state_dict", "optimizer"):
        assert_same(first[key], second[key])
    for name in ("selection.json", "selection.md"):
        assert (whole / name).read_text() == (parts / name).read_text()
