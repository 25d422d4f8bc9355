import json
import time

import pytest
import torch

from mcf.engine.hooks import ThroughputHook
from mcf.engine.hooks.throughput_hook import batch_length
from tests.test_engine.toy import toy_runner


@pytest.mark.parametrize(
    ("batch", "images"),
    [
        (dict(inputs=torch.zeros(4, 3, 2, 2)), 4),
        (dict(inputs=[torch.zeros(3, 2, 2)] * 5, data_samples=[None] * 5), 5),
        (dict(inputs=[torch.zeros(4, 3, 2, 2)] * 2, data_samples=[None] * 4), 4),
    ],
)
def test_batch_length_counts_images_not_views(batch, images):
    assert batch_length(batch) == images


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Runner:
    """The part of a runner that the hook reads."""

    world_size = 3

    def __init__(self) -> None:
        self.message_hub = self
        self.published: list[float] = []

    def update_scalar(self, name: str, value: float) -> None:
        assert name == "train/images_per_s"
        self.published.append(value)


def test_rate_is_images_of_all_ranks_over_time_in_the_window(monkeypatch):
    clock, runner, hook = Clock(), Runner(), ThroughputHook(window=2)
    monkeypatch.setattr(time, "perf_counter", clock)
    hook.before_train_epoch(runner)
    for images, seconds in ((4, 1.0), (4, 3.0), (2, 1.0)):
        clock.now += seconds
        batch = dict(inputs=torch.zeros(images, 1))
        hook.after_train_iter(runner, 0, data_batch=batch)
    # 4/1, (4+4)/(1+3), (4+2)/(3+1), times three ranks
    assert runner.published == [12.0, 6.0, 4.5]
    clock.now += 100  # a validation
    hook.before_train_epoch(runner)
    clock.now += 1
    hook.after_train_iter(runner, 0, data_batch=dict(inputs=torch.zeros(8, 1)))
    assert runner.published[-1] == 3 * (2 + 8) / (1 + 1)


def test_log_holds_what_a_person_wants_to_see(tmp_path):
    hooks = [dict(type="mcf.SeedIterationHook"), dict(type="mcf.ThroughputHook")]
    toy_runner(tmp_path, custom_hooks=hooks, log_level="INFO").train()
    (scalars,) = tmp_path.glob("*/vis_data/scalars.json")
    rows = [json.loads(line) for line in scalars.read_text().splitlines()]
    wanted = {"lr", "data_time", "time", "loss", "loss_a", "loss_b", "momentum"}
    assert len(rows) == 12
    assert all(wanted <= row.keys() and row["images_per_s"] > 0 for row in rows)
    (log,) = tmp_path.glob("*/*.log")
    (line,) = (s for s in log.read_text().splitlines() if "Epoch(train) [2][6/6]" in s)
    for name in wanted | {"eta", "images_per_s"}:
        assert f"{name}: " in line
