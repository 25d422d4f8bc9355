import pytest
import torch
from torch import nn

from mcf.checkpoint import CheckpointFile
from mcf.checkpoint.safe_load import load_file
from mcf.crops.recipes import get_recipe
from tests.test_engine.toy import Pixels, toy_runner


@pytest.fixture
def weights(tmp_path):
    path = tmp_path / "conv.pth"
    torch.save(nn.Conv2d(3, 4, 3).state_dict(), path)
    return path


def run(work_dir, path, **settings):
    return toy_runner(
        work_dir,
        custom_hooks=[dict(type="mcf.InitBackboneHook", checkpoint=str(path))],
        optim_wrapper=dict(type="mcf.OptimWrapper", optimizer=dict(type="SGD", lr=0.0)),
        param_scheduler=None,
        **settings,
    )


def test_training_starts_from_the_file(tmp_path, weights):
    runner = run(tmp_path, weights)
    runner.train()
    saved = torch.load(weights)
    for name, tensor in runner.model.backbone.state_dict().items():
        assert torch.equal(tensor, saved[name])


def test_resumed_run_keeps_its_own_weights(tmp_path, weights):
    toy_runner(tmp_path, epochs=1).train()
    checkpoint = str(tmp_path / "iter_6.pth")  # the end: nothing is left to train
    runner = run(tmp_path, weights, epochs=1, resume=True, load_from=checkpoint)
    runner.train()
    own = load_file(checkpoint)["state_dict"]
    assert torch.equal(runner.model.backbone.weight, own["backbone.weight"])
    assert not torch.equal(runner.model.backbone.weight, torch.load(weights)["weight"])


def test_file_that_does_not_fit_stops_the_run(tmp_path, weights):
    torch.save(nn.Conv2d(3, 5, 3).state_dict(), weights)
    runner = run(tmp_path, weights)
    with pytest.raises(ValueError, match=r"conv\.pth.*of another shape"):
        runner.train()
    assert runner.iter == 0


CROP = get_recipe("square").to_dict()


def pretrain(work_dir, monkeypatch):
    """Checkpoint and exported backbone of a run on faces cut by a recipe."""
    monkeypatch.setattr(Pixels, "metainfo", dict(dataset_name="pixels", crop=CROP))
    export = dict(type="mcf.ExportBackboneHook")
    runner = toy_runner(work_dir, epochs=1, custom_hooks=[export])
    runner.cfg.model = dict(type="ToyModel")
    runner.train()
    monkeypatch.undo()
    return work_dir / "iter_6.pth", work_dir / "backbone_online.pth"


def test_recipe_of_the_faces_goes_on_into_fine_tuned_weights(tmp_path, monkeypatch):
    checkpoint, backbone = pretrain(tmp_path / "pretrained", monkeypatch)
    assert load_file(checkpoint)["meta"]["dataset_meta"]["crop"] == CROP
    assert load_file(backbone)["meta"]["crop"] == CROP
    tuned = tmp_path / "tuned" / "iter_6.pth"
    run(tuned.parent, backbone, epochs=1).train()
    meta = load_file(tuned)["meta"]
    assert meta["pretrained"] == dict(file="backbone_online.pth", crop=CROP)
    run(tuned.parent, "gone.pth", epochs=2, resume=True, load_from=str(tuned)).train()
    again = tmp_path / "tuned" / "iter_12.pth"
    assert load_file(again)["meta"]["pretrained"] == meta["pretrained"]
    for path in (checkpoint, backbone, tuned, again):
        assert CheckpointFile(path).crop() == CROP


def test_weights_that_tell_nothing_have_no_recipe(weights):
    assert CheckpointFile(weights).crop() is None
