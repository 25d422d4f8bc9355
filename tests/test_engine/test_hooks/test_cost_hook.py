import pytest
import torch

from mcf.engine.hooks.cost_hook import COUNTED, flops_per_image
from tests.test_engine.toy import ToyModel, toy_runner
from tests.tiny import tiny_mcf


def cost(runner) -> dict[str, float]:
    return runner.message_hub.get_info("cost")


def test_images_and_times_add_up_over_a_resumption(tmp_path):
    settings = dict(
        size=12,
        batch_size=2,
        custom_hooks=[dict(type="mcf.CostHook")],
        default_hooks=dict(
            checkpoint=dict(type="mcf.AtomicCheckpointHook", interval=1)
        ),
    )
    first = toy_runner(tmp_path, epochs=2, **settings)
    first.train()
    assert cost(first)["images"] == 24
    assert 0 < cost(first)["wall_s"] < 60 and cost(first)["cpu_s"] > 0
    settings |= dict(resume=True, load_from=str(tmp_path / "epoch_2.pth"))
    second = toy_runner(tmp_path, epochs=3, **settings)
    second.train()
    assert cost(second)["images"] == 36
    assert cost(second)["wall_s"] > cost(first)["wall_s"]
    assert cost(second)["flops_per_image"] == cost(first)["flops_per_image"]


def test_flops_are_those_of_the_convolution(tmp_path):
    """Forward 2·(2·2)·4·27, backward the same for the weights; no input gradient."""
    for length in (6, 2):
        batch = dict(inputs=torch.rand(length, 3, 4, 4))
        assert flops_per_image(ToyModel(), batch) == 2 * 2 * 4 * 4 * 27


def test_model_and_random_state_are_left_alone():
    model = tiny_mcf().train()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    batch = dict(inputs=torch.rand(6, 3, 32, 32) * 255)
    torch.manual_seed(3)
    expected = torch.rand(1)
    torch.manual_seed(3)
    flops = flops_per_image(model, batch)
    assert torch.equal(torch.rand(1), expected) and flops > 0
    for name, value in model.state_dict().items():
        assert torch.equal(value, before[name]), name
    assert all(p.grad is None for p in model.parameters())


class TwoViews(ToyModel):
    """Takes the two views that MoCo v3's pipeline gives."""

    def forward(self, inputs, data_samples=None, mode="loss"):
        assert [len(view) for view in inputs] == [COUNTED, COUNTED]
        return super().forward(torch.cat(inputs), data_samples, mode)


def test_views_are_images_of_one_step():
    views = [torch.rand(6, 3, 4, 4), torch.rand(6, 3, 4, 4)]
    one = flops_per_image(ToyModel(), dict(inputs=views[0]))
    assert flops_per_image(TwoViews(), dict(inputs=views)) == pytest.approx(2 * one)
