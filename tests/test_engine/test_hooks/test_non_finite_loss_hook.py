import pytest
import torch
from torch import nn

from mcf.checkpoint.safe_load import load_file
from mcf.engine.hooks import NonFiniteLossHook
from mcf.engine.hooks.seed_iteration_hook import seed_iteration
from mcf.engine.optim import NonFiniteLossError
from mcf.engine.plain import to_plain
from tests.test_engine.toy import ToyModel, assert_same, toy_runner


def run(work_dir, *, max_skips=0, **settings):
    hooks = [
        dict(type="mcf.SeedIterationHook"),
        dict(type="mcf.NonFiniteLossHook", max_skips=max_skips),
    ]
    return toy_runner(work_dir, custom_hooks=hooks, **settings)


def records(work_dir):
    return sorted(work_dir.glob("non_finite_iter_*.pth"))


def test_run_stops_and_names_the_file(tmp_path):
    runner = run(tmp_path, bad=5)
    with pytest.raises(NonFiniteLossError, match="iteration") as error:
        runner.train()
    (path,) = records(tmp_path)
    assert str(path) in str(error.value)
    assert "'loss_a': nan" in str(error.value)
    assert path.name == f"non_finite_iter_{runner.iter}.pth"
    assert all(torch.isfinite(p).all() for p in runner.model.parameters())


def test_record_reproduces_the_loss(tmp_path):
    runner = run(tmp_path, bad=5)
    with pytest.raises(NonFiniteLossError):
        runner.train()
    (path,) = records(tmp_path)
    record = load_file(path)
    names = [sample["img_path"] for sample in record["batch"]["data_samples"]]
    assert "5.png" in names and len(names) == 2
    model = ToyModel()  # the recipe of the hook's docstring
    model.load_state_dict(record["state_dict"])
    seed_iteration(record["seed"], rank=record["rank"], iteration=record["iter"])
    data = model.data_preprocessor(record["batch"], True)
    losses = model(**data, mode="loss")
    assert model.noise[0] == runner.model.noise[-1]
    for name, value in record["losses"].items():
        torch.testing.assert_close(losses[name], value, rtol=0, atol=0, equal_nan=True)
    assert not torch.isfinite(record["loss"])


def test_finite_losses_are_reproduced_exactly(tmp_path):
    """An overflow of the total only, to see that the recipe gives the same numbers."""
    runner = run(tmp_path)
    runner.model.register_forward_hook(
        lambda model, inputs, losses: losses | dict(loss_c=torch.tensor(float("inf")))
    )
    with pytest.raises(NonFiniteLossError):
        runner.train()
    record = load_file(records(tmp_path)[0])
    model = ToyModel()
    model.load_state_dict(record["state_dict"])
    seed_iteration(record["seed"], rank=record["rank"], iteration=record["iter"])
    losses = model(**model.data_preprocessor(record["batch"], True), mode="loss")
    for name in ("loss_a", "loss_b"):
        assert_same(record["losses"][name], to_plain(losses[name]))


def test_bounded_number_is_skipped(tmp_path):
    runner = run(tmp_path, bad=5, max_skips=2)
    runner.train()  # the image comes once an epoch, and there are two
    assert len(records(tmp_path)) == 2
    assert runner.iter == 12
    assert runner.message_hub.get_info("non_finite_skips") == 2
    for name, value in runner.model.state_dict().items():
        assert torch.isfinite(value).all(), name  # BatchNorm statistics too


def test_one_skip_too_many_stops(tmp_path):
    runner = run(tmp_path, bad=5, max_skips=1)
    with pytest.raises(NonFiniteLossError, match=r"1 batches .*max_skips=1"):
        runner.train()
    assert len(records(tmp_path)) == 2


def test_skips_are_counted_across_a_resume(tmp_path):
    def bad_iterations(**settings):
        runner = run(tmp_path, bad=5, max_skips=1, **settings)
        with pytest.raises(NonFiniteLossError):
            runner.train()
        return runner.iter

    stopped = bad_iterations()
    assert 6 <= stopped < 12  # the first was skipped in epoch 0
    checkpoint = str(tmp_path / f"iter_{stopped}.pth")
    assert bad_iterations(resume=True, load_from=checkpoint) == stopped


def test_skipping_one_batch_changes_nothing_else(tmp_path):
    """With accumulation, a dropped group leaves weights and optimiser as they were."""
    weights = []
    hook = dict(type="mcf.AtomicCheckpointHook", interval=3, by_epoch=False)
    runner = run(
        tmp_path,
        bad=5,
        max_skips=9,
        counts=3,
        epochs=1,
        default_hooks=dict(checkpoint=hook),
    )
    runner.model.register_forward_hook(
        lambda model, *_: weights.append(model.backbone.weight.detach().clone())
    )
    runner.train()
    weights.append(runner.model.backbone.weight.detach())
    changed = [not torch.equal(weights[i], weights[i + 3]) for i in (0, 3)]
    assert sorted(changed) == [False, True]  # 6 batches: one group dropped, one not


def test_wrapper_without_guard_is_refused(tmp_path):
    wrapper = dict(type="OptimWrapper", optimizer=dict(type="SGD", lr=0.1))
    with pytest.raises(ValueError, match=r"mcf\.OptimWrapper"):
        run(tmp_path, optim_wrapper=wrapper).train()


def test_negative_bound_is_refused():
    with pytest.raises(ValueError, match="max_skips=-1"):
        NonFiniteLossHook(max_skips=-1)


def test_model_keeps_no_hook_after_training(tmp_path):
    runner = run(tmp_path, epochs=1)
    runner.train()
    assert isinstance(runner.model, nn.Module)
    assert not runner.model._forward_hooks
