import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from mcf.apis import write_report
from mcf.apis.report import read_scalars, reconstruction_pictures, run_facts
from mcf.visualization import Picture, Table

CONFIG = """
model = dict(type='mcf.MCF', backbone=dict(type='mcf.MaskedViT', arch=dict(depth=2)))
train_dataloader = dict(batch_size=7, dataset=dict(type='mcf.SeededDataset',
    dataset=dict(type='mcf.FaceImages', store=dict(type='mcf.TarStore', root='faces'))))
optim_wrapper = dict(accumulative_counts=8, optimizer=dict(type='AdamW', lr=0.1))
train_cfg = dict(by_epoch=True, max_epochs=3)
"""


def start(run: Path, name: str, logged: list[dict], pictures: dict[int, int]) -> None:
    """Files of one start of a run, as MMEngine's local backend writes them."""
    data = run / name / "vis_data"
    (data / "vis_image").mkdir(parents=True)
    (data / "config.py").write_text(CONFIG)
    (data / "scalars.json").write_text("".join(json.dumps(x) + "\n" for x in logged))
    for step, value in pictures.items():
        file = data / "vis_image" / f"reconstruction_{step}.png"
        cv2.imwrite(str(file), np.full((4, 6, 3), value, np.uint8))


@pytest.fixture
def run(tmp_path) -> Path:
    """A run that was killed after iteration 30 and resumed from 20."""
    run = tmp_path / "run"
    losses = [dict(loss_feature=9.0 - i, lr=0.5, step=10 * i) for i in (1, 2, 3)]
    start(run, "20260101_000000", losses, {0: 10, 30: 20})
    again = [dict(loss_feature=5.0 - i, lr=0.5, step=10 * i) for i in (3, 4)]
    start(run, "20260101_010000", again, {30: 40, 100: 50})
    (run / "small_config.py").write_text(CONFIG)
    return run


def test_scalars_of_a_resumed_run_are_joined(run):
    scalars = read_scalars(run)
    assert scalars["loss_feature"] == {10: 8.0, 20: 7.0, 30: 2.0, 40: 1.0}
    assert list(scalars["loss_feature"]) == [10, 20, 30, 40]


def test_line_cut_off_by_a_crash_is_left_out(run):
    file = run / "20260101_010000" / "vis_data" / "scalars.json"
    file.write_text(file.read_text() + '{"loss_feature": 0.5, "st')
    assert list(read_scalars(run)["loss_feature"]) == [10, 20, 30, 40]


def test_first_and_last_pictures_are_by_number_and_of_the_last_start(run):
    pictures = reconstruction_pictures(run)
    assert [p.title.split()[2] for p in pictures] == ["0", "100"]
    assert [int(p.image[0, 0, 0]) for p in pictures] == [10, 50]
    for file in run.glob("*/vis_data/vis_image/*_[01]*.png"):
        file.unlink()
    (last,) = reconstruction_pictures(run)
    assert last.image[0, 0, 0] == 40


def test_facts_name_what_was_run(run):
    facts = dict(run_facts(run).rows)
    assert facts["config"] == "small_config"
    assert facts["backbone"] == "mcf.MaskedViT, arch (depth 2)"
    assert facts["data"] == "mcf.TarStore, root faces"
    assert facts["images per batch and process"] == "7"
    assert facts["batches per optimiser step"] == "8"
    assert "teacher" not in facts


def test_report_holds_what_it_was_given_and_what_the_run_left(run, tmp_path):
    html = write_report(
        run,
        tmp_path / "out",
        title="My run",
        tables=[Table("Probe", ("a",), [["0.123"]])],
        pictures=[Picture("Extra faces", np.zeros((3, 3, 3), np.uint8))],
        notes=["A note."],
    )
    text, markdown = html.read_text(), html.with_suffix(".md").read_text()
    for words in (
        "My run",
        "A note.",
        "0.123",
        "feature loss",
        "learning rate",
        "Reconstruction after 100 iterations",
        "Extra faces",
        "small_config",
    ):
        assert words in text and words in markdown, words
    assert "contrastive loss" not in text
    assert "8 at 10" in text and "1 at 40" in text
    assert len(list((tmp_path / "out" / "report_files").iterdir())) == 5


def test_folder_without_a_run_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"scalars\.json"):
        write_report(tmp_path, tmp_path / "out", title="x")
