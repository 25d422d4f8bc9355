"""Fine-tuning in small, and the report about it."""

import json
from pathlib import Path

import pytest

from mcf.apis import finetune, write_report
from mcf.report import read_run

pytest.importorskip("mmpose")
BASE = (
    Path(__file__).parents[2]
    / "configs/alignment/mcf_vit-tiny-p14_simcc_1xb8-fp32-coslr-12e_synthetic68-112.py"
)
SMALL = f"""
_base_ = "{BASE}"
train_dataloader = dict(
    num_workers=0,
    persistent_workers=False,
    batch_size=4,
    dataset=dict(dataset=dict(length=8)),
)
val_dataloader = dict(
    num_workers=0, persistent_workers=False, batch_size=4, dataset=dict(length=4)
)
test_dataloader = dict(
    num_workers=0, persistent_workers=False, batch_size=4, dataset=dict(length=4)
)
train_cfg = dict(max_epochs=2, val_interval=1)
default_hooks = dict(logger=dict(interval=1))
"""
SCORE = "landmark/full/nme_interocular"


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> tuple[Path, dict[str, float]]:
    folder = tmp_path_factory.mktemp("finetune")
    config = folder / "small.py"
    config.write_text(SMALL)
    return folder / "run", finetune(config, folder / "run")


def test_scores_are_those_of_the_averaged_weights_that_selection_measured(run):
    folder, scores = run
    records = json.loads((folder / "selection.json").read_text())["records"]
    assert [record["epoch"] for record in records] == [1, 2]
    assert scores == records[-1]["test"] and scores[SCORE] > 0


def test_report_tells_of_a_run_what_it_logged(run):
    folder, scores = run
    found = read_run(folder)
    assert list(found.curves["loss"]) == [1, 2, 3, 4]
    assert list(found.scores[SCORE]) == [1, 2]
    assert found.config_name == "small" and found.environment["MMEngine"]
    text = write_report([folder], folder, title="Small").read_text()
    assert f"{scores[SCORE]:.3f}" in text and "best on validation" in text
    assert "mcf.SyntheticLandmarks" in text
