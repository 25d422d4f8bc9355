import pytest
import torch
from mmengine.hooks import Hook

from mcf.checkpoint.safe_load import load_file, use_safe_loading
from tests.test_engine.toy import assert_same, toy_runner

use_safe_loading()


class Recorder(Hook):
    """Notes what the loop does; may stop it as a crash would."""

    def __init__(self, stop_at: int | None = None) -> None:
        self.stop_at = stop_at
        self.events: list = []

    def before_train_epoch(self, runner):
        self.events.append(("epoch", runner.epoch))

    def before_train_iter(self, runner, batch_idx, data_batch=None):
        indices = [sample.index for sample in data_batch["data_samples"]]
        self.events.append((runner.iter, batch_idx, *indices))

    def after_train_iter(self, runner, batch_idx, data_batch=None, outputs=None):
        if runner.iter + 1 == self.stop_at:
            raise KeyboardInterrupt

    priority = "LOWEST"


def recorded(work_dir, *, stop_at=None, **settings):
    recorder = Recorder(stop_at)
    runner = toy_runner(work_dir, **settings)
    runner.register_hook(recorder)
    if stop_at is None:
        runner.train()
    else:
        with pytest.raises(KeyboardInterrupt):
            runner.train()
    return runner, recorder.events


@pytest.mark.parametrize("stop_at", [1, 4, 6, 7])  # 6 is the end of epoch 0
@pytest.mark.parametrize("workers", [0, 2])
def test_resumed_run_equals_the_uninterrupted_one(tmp_path, stop_at, workers):
    _, whole = recorded(tmp_path / "whole")
    settings = dict(workers=workers)
    _, before = recorded(tmp_path / "cut", stop_at=stop_at, **settings)
    _, after = recorded(
        tmp_path / "cut",
        resume=True,
        load_from=str(tmp_path / "cut" / f"iter_{stop_at}.pth"),
        **settings,
    )
    iterations = [e for e in before + after if e[0] != "epoch"]
    assert iterations == [e for e in whole if e[0] != "epoch"]
    ends = [load_file(tmp_path / run / "iter_12.pth") for run in ("whole", "cut")]
    for part in ("state_dict", "optimizer", "param_schedulers"):
        assert_same(ends[0][part], ends[1][part], part)


def test_without_seeded_iterations_a_resumed_run_is_another_one(tmp_path):
    """The comparison above can fail."""
    recorded(tmp_path / "whole", custom_hooks=[])
    recorded(tmp_path / "cut", custom_hooks=[], stop_at=4)
    checkpoint = str(tmp_path / "cut" / "iter_4.pth")
    recorded(tmp_path / "cut", custom_hooks=[], resume=True, load_from=checkpoint)
    ends = [load_file(tmp_path / run / "iter_12.pth") for run in ("whole", "cut")]
    with pytest.raises(AssertionError):
        assert_same(ends[0]["state_dict"], ends[1]["state_dict"])


def test_first_epoch_after_resume_starts_at_its_batch_and_later_ones_at_zero(tmp_path):
    recorded(tmp_path, stop_at=4)
    _, events = recorded(
        tmp_path, epochs=3, resume=True, load_from=str(tmp_path / "iter_4.pth")
    )
    batches = [(e[0], e[1]) for e in events if e[0] != "epoch"]
    assert batches == [(i, i % 6) for i in range(4, 18)]


def test_checkpoint_of_the_last_batch_still_ends_its_epoch(tmp_path):
    recorded(tmp_path, stop_at=6)
    runner, events = recorded(
        tmp_path, resume=True, load_from=str(tmp_path / "iter_6.pth")
    )
    assert events[:2] == [("epoch", 0), ("epoch", 1)]
    assert runner.epoch == 2
    # the epoch-wise schedule stepped twice, as without the interruption
    assert runner.param_schedulers[1]._global_step == 2


def test_epochs_have_different_orders_in_a_single_process(tmp_path):
    _, events = recorded(tmp_path)
    draws = [e[2:] for e in events if e[0] != "epoch"]
    first, second = draws[:6], draws[6:]
    assert sorted(sum(first, ())) == sorted(sum(second, ())) == list(range(12))
    assert first != second


def test_sampler_without_set_start_is_refused_in_mid_epoch_only(tmp_path):
    loader = dict(
        dataset=torch.utils.data.TensorDataset(torch.rand(12, 3, 4, 4)),
        sampler=dict(type="DefaultSampler", shuffle=True),
        batch_size=2,
        collate_fn=lambda rows: dict(inputs=torch.stack([row[0] for row in rows])),
    )
    run = toy_runner(tmp_path, train_dataloader=loader, epochs=1)
    run.train()
    for start, ok in ((6, True), (4, False)):
        resumed = toy_runner(
            tmp_path,
            train_dataloader=loader,
            resume=True,
            load_from=str(tmp_path / f"iter_{start}.pth"),
        )
        if ok:
            resumed.train()
            assert resumed.iter == 12
        else:
            with pytest.raises(ValueError, match="DefaultSampler has no set_start"):
                resumed.train()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (dict(batch_size=4), "another data set, batch size"),
        (dict(randomness=dict(seed=5)), "randomness.seed=3"),
    ],
)
def test_run_that_cannot_be_continued_exactly_is_refused(tmp_path, settings, message):
    recorded(tmp_path, stop_at=5)
    runner = toy_runner(
        tmp_path, resume=True, load_from=str(tmp_path / "iter_5.pth"), **settings
    )
    with pytest.raises(ValueError, match=message):
        runner.train()
