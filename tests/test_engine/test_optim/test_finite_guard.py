import pytest
import torch
from torch import nn
from torch.nn.parallel import DistributedDataParallel

from mcf.engine.optim import NonFiniteLossError, OptimWrapper
from mcf.engine.optim.finite_guard import finite_on_all_ranks
from tests.distributed import run_on_two_ranks


def wrapped(counts: int = 1) -> tuple[nn.Parameter, OptimWrapper]:
    weight = nn.Parameter(torch.ones(1))
    optimizer = torch.optim.SGD([weight], lr=1.0)
    return weight, OptimWrapper(optimizer, accumulative_counts=counts)


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), -float("inf")])
def test_non_finite_loss_raises_and_touches_nothing(bad):
    weight, wrapper = wrapped()
    with pytest.raises(NonFiniteLossError, match=r"mcf\.NonFiniteLossHook"):
        wrapper.update_params((weight * bad).sum())
    assert weight.item() == 1
    assert weight.grad is None
    assert isinstance(NonFiniteLossError(), FloatingPointError)


def test_finite_losses_step_as_without_the_guard():
    weight, wrapper = wrapped(counts=2)
    for factor in (0.2, 0.4):
        wrapper.update_params((weight * factor).sum())
    assert weight.item() == pytest.approx(1 - (0.2 + 0.4) / 2)
    assert wrapper.inner_count == 2


@pytest.mark.parametrize("position", [0, 1, 2])
def test_skipping_drops_the_whole_group(position):
    weight, wrapper = wrapped(counts=3)
    reported = []
    wrapper.on_non_finite = reported.append
    factors = [0.3, 0.3, 0.3]
    factors[position] = float("nan")
    for factor in factors:
        wrapper.update_params((weight * factor).sum())
    assert len(reported) == 1
    assert weight.item() == 1
    assert wrapper.inner_count == 3
    for factor in (0.1, 0.2, 0.3):  # the next group is untouched by the last
        wrapper.update_params((weight * factor).sum())
    assert weight.item() == pytest.approx(0.8)


def test_two_bad_batches_of_a_group_are_both_reported():
    weight, wrapper = wrapped(counts=2)
    reported = []
    wrapper.on_non_finite = reported.append
    for _ in range(2):
        wrapper.update_params((weight * float("nan")).sum())
    assert len(reported) == 2
    assert weight.item() == 1


def test_short_last_group_is_dropped_too():
    weight, wrapper = wrapped(counts=4)
    wrapper.initialize_count_status(nn.Linear(1, 1), 0, 6)
    wrapper.on_non_finite = lambda loss: None
    for factor in (0.4, 0.4, 0.4, 0.4, 0.1, float("inf")):
        wrapper.update_params((weight * factor).sum())
    assert weight.item() == pytest.approx(0.6)
    assert not wrapper._dropping


def skip_on_rank_one(rank: int) -> dict:
    """Train under DDP with a NaN on rank 1 only, in the first of three groups."""
    torch.manual_seed(0)
    model = DistributedDataParallel(nn.Linear(2, 1))
    wrapper = OptimWrapper(
        torch.optim.SGD(model.parameters(), lr=0.1), accumulative_counts=2
    )
    reported = []
    wrapper.on_non_finite = lambda loss: reported.append(loss.item())
    weights = []
    for step in range(6):
        inputs = torch.full((3, 2), float(rank + step))
        if rank == 1 and step == 1:
            inputs[0] = float("nan")
        with wrapper.optim_context(model):
            loss = model(inputs).mean()
        wrapper.update_params(loss)
        weights.append(model.module.weight.detach().flatten().tolist())
    wrapper.on_non_finite = None
    bad = torch.tensor(float("inf") if rank else 1.0)
    with pytest.raises(NonFiniteLossError):
        wrapper.update_params(bad)
    return dict(weights=weights, reported=reported, agreed=finite_on_all_ranks(bad))


def test_all_ranks_skip_or_raise_when_one_loss_is_bad():
    first, second = run_on_two_ranks(skip_on_rank_one)
    assert len(first["reported"]) == len(second["reported"]) == 1
    assert first["weights"] == second["weights"]
    assert first["weights"][0] == first["weights"][1]  # the group with the NaN
    # d/dw mean(x w) = x; groups 2 and 3 average x over two steps and two ranks
    moved = torch.tensor(first["weights"][0]) - torch.tensor(first["weights"][-1])
    torch.testing.assert_close(moved, torch.full((2,), 0.1 * (3.0 + 5.0)))
    assert not first["agreed"] and not second["agreed"]
