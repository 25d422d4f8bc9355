import math

import pytest
import torch
from mmengine.logging import MessageHub
from torch import nn

from mcf.models.selfsup import MomentumEncoder, cosine_momentum


def scalar(value):
    layer = nn.Linear(1, 1, bias=False)
    nn.init.constant_(layer.weight, value)
    return layer


def test_first_update_copies_and_later_ones_average_as_by_hand():
    encoder, leader = MomentumEncoder(scalar(5.0), momentum=0.9), scalar(1.0)
    encoder.update_parameters(leader)
    assert encoder.module.weight.item() == 1.0
    nn.init.constant_(leader.weight, 2.0)
    expected = 1.0
    for _ in range(3):
        encoder.update_parameters(leader)
        expected = 0.9 * expected + 0.1 * 2.0
        assert encoder.module.weight.item() == pytest.approx(expected)


def test_interval_counts_micro_batches():
    encoder, leader = (
        MomentumEncoder(scalar(0.0), momentum=0.5, interval=2),
        scalar(1.0),
    )
    encoder.update_parameters(leader)  # 0: copy
    nn.init.constant_(leader.weight, 3.0)
    values = []
    for _ in range(4):
        encoder.update_parameters(leader)
        values.append(encoder.module.weight.item())
    assert values == [1.0, 2.0, 2.0, 2.5]


@pytest.mark.parametrize("average_buffers", [False, True])
def test_batch_norm_statistics_follow_only_on_request(average_buffers):
    leader = nn.BatchNorm1d(2)
    encoder = MomentumEncoder(leader, momentum=0.5, average_buffers=average_buffers)
    encoder.update_parameters(leader)
    leader.running_mean.fill_(4.0)
    encoder.update_parameters(leader)
    assert encoder.module.running_mean.tolist() == [2.0 * average_buffers] * 2


def test_cosine_schedule_has_its_end_points_and_middle():
    assert cosine_momentum(0, 10, 0.9, 1.0) == pytest.approx(0.9)
    assert cosine_momentum(5, 10, 0.9, 1.0) == pytest.approx(0.95)
    assert cosine_momentum(10, 10, 0.9, 1.0) == pytest.approx(1.0)


def test_schedule_reads_the_length_of_the_run():
    hub = MessageHub.get_instance("momentum-test")
    hub.update_info("max_iters", 4)
    encoder = MomentumEncoder(scalar(0.0), momentum=0.0, end_momentum=1.0)
    hub.update_info("iter", 1)
    encoder.steps += 3  # of an earlier run, when weights are loaded without resuming
    expected = 1 - (math.cos(math.pi / 4) + 1) / 2
    assert encoder.current_momentum() == pytest.approx(expected)
    hub.update_info("max_iters", 0)
    with pytest.raises(ValueError, match="length of the run"):
        encoder.current_momentum()


def test_follower_gets_no_gradient_and_survives_a_checkpoint():
    encoder = MomentumEncoder(scalar(0.0))
    assert not any(p.requires_grad for p in encoder.parameters())
    encoder.update_parameters(scalar(1.0))
    restored = MomentumEncoder(scalar(9.0))
    restored.load_state_dict(encoder.state_dict())
    nothing_to_average = scalar(1.0)
    restored.update_parameters(nothing_to_average)
    assert int(restored.steps) == 2
    assert torch.equal(restored.module.weight, nothing_to_average.weight)


@pytest.mark.parametrize(
    "settings", [dict(momentum=1.5), dict(end_momentum=-1.0), dict(interval=0)]
)
def test_refuses_numbers_out_of_range(settings):
    with pytest.raises(ValueError, match=next(iter(settings))):
        MomentumEncoder(scalar(0.0), **settings)
