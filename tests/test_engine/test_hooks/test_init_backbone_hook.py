import pytest
import torch
from torch import nn

from mcf.utils.safe_load import load_file
from tests.test_engine.toy import toy_runner


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
