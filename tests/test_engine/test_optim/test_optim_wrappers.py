import pytest
import torch
from torch import nn

from mcf.engine.optim import AmpOptimWrapper, NonFiniteLossError
from mcf.engine.optim.optim_wrappers import resolve_dtype
from tests.test_engine.toy import assert_same, toy_runner

on_cpu = pytest.mark.skipif(torch.cuda.is_available(), reason="behaviour on a CPU")


@pytest.mark.parametrize(
    ("dtype", "gpu", "expected"),
    [
        (None, True, torch.float16),
        (None, False, torch.bfloat16),
        ("bfloat16", True, torch.bfloat16),
        ("bfloat16", False, torch.bfloat16),
        ("float16", True, torch.float16),
    ],
)
def test_autocast_type(dtype, gpu, expected):
    assert resolve_dtype(dtype, gpu=gpu) == expected


def test_float16_on_cpu_and_unknown_types_are_refused():
    with pytest.raises(ValueError, match="float16 training needs a GPU"):
        resolve_dtype("float16", gpu=False)
    with pytest.raises(ValueError, match="dtype='half' is not one of"):
        resolve_dtype("half", gpu=True)


@on_cpu
def test_cpu_step_casts_the_forward_and_keeps_full_precision_weights():
    model = nn.Linear(4, 2)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    wrapper = AmpOptimWrapper(optimizer, clip_grad=dict(max_norm=100.0))
    before = model.weight.detach().clone()
    inputs = torch.rand(3, 4)
    with wrapper.optim_context(model):
        output = model(inputs)
        loss = output.float().sum()
    assert output.dtype == torch.bfloat16
    wrapper.update_params(loss)
    assert model.weight.dtype == torch.float32
    # the gradient of the sum is the sum of the inputs, up to bfloat16
    expected = before - 0.5 * inputs.sum(0)
    torch.testing.assert_close(model.weight.detach(), expected, rtol=0, atol=0.03)


@on_cpu
def test_cpu_state_goes_in_and_out():
    model = nn.Linear(4, 2)
    wrapper = AmpOptimWrapper(torch.optim.AdamW(model.parameters()))
    wrapper.update_params(model(torch.rand(3, 4)).sum())
    other = AmpOptimWrapper(torch.optim.AdamW(model.parameters()))
    other.load_state_dict(wrapper.state_dict())
    assert_same(other.state_dict(), wrapper.state_dict())


@on_cpu
def test_cpu_wrapper_is_guarded():
    weight = nn.Parameter(torch.ones(1))
    wrapper = AmpOptimWrapper(torch.optim.SGD([weight], lr=1.0))
    with pytest.raises(NonFiniteLossError):
        wrapper.update_params(weight * float("nan"))
    assert weight.grad is None


@on_cpu
def test_run_from_config_trains_in_bfloat16(tmp_path):
    optim_wrapper = dict(
        type="mcf.AmpOptimWrapper",
        optimizer=dict(type="AdamW", lr=0.01),
        accumulative_counts=2,
        loss_scale="dynamic",
    )
    runner = toy_runner(tmp_path, optim_wrapper=optim_wrapper, default_hooks=dict())
    runner.train()
    assert runner.iter == 12


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_gpu_step_scales_and_casts(dtype):
    model = nn.Linear(4, 2).cuda()
    wrapper = AmpOptimWrapper(
        torch.optim.SGD(model.parameters(), lr=0.5), dtype=dtype, loss_scale=128.0
    )
    inputs = torch.rand(3, 4).cuda()
    before = model.weight.detach().clone()
    with wrapper.optim_context(model):
        output = model(inputs)
    assert output.dtype == getattr(torch, dtype)
    wrapper.update_params(output.float().sum())
    expected = before - 0.5 * inputs.sum(0)
    torch.testing.assert_close(model.weight.detach(), expected, rtol=0, atol=0.03)
    assert "loss_scaler" in wrapper.state_dict()
