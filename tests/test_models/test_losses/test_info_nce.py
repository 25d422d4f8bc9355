import math

import pytest
import torch
from torch import nn

from mcf.models.losses import info_nce
from tests.distributed import run_on_two_ranks


def slow_info_nce(query, key, temperature):
    total = 0.0
    for i, q in enumerate(query):
        cosines = [(q @ k / (q.norm() * k.norm())).item() / temperature for k in key]
        total -= cosines[i] - math.log(sum(math.exp(c) for c in cosines))
    return 2 * temperature * total / len(query)


def test_equals_slow_reference():
    query, key = torch.randn(2, 6, 4, dtype=torch.float64).unbind(0)
    assert info_nce(query, key, 0.2).item() == pytest.approx(
        slow_info_nce(query, key, 0.2), rel=1e-5
    )


def test_starts_at_log_of_number_of_keys_when_all_keys_are_alike():
    loss = info_nce(torch.randn(8, 4), torch.ones(8, 4), 0.2)
    assert loss.item() == pytest.approx(0.4 * math.log(8), rel=1e-5)


def test_keys_get_no_gradient_and_queries_do():
    query, key = torch.randn(2, 4, 3, requires_grad=True).unbind(0)
    query.retain_grad(), key.retain_grad()
    info_nce(query, key, 0.2).backward()
    assert query.grad.abs().sum() > 0 and key.grad is None


def rank_loss(rank, queries, keys):
    query = nn.Parameter(queries.chunk(2)[rank])
    loss = info_nce(query, keys.chunk(2)[rank], 0.2)
    loss.backward()
    return loss.item(), query.grad


def test_two_ranks_equal_one_process_with_all_samples():
    queries, keys = torch.randn(2, 6, 4).unbind(0)
    whole = nn.Parameter(queries.clone())
    loss = info_nce(whole, keys, 0.2)
    loss.backward()
    parts = run_on_two_ranks(rank_loss, queries, keys)
    assert sum(p[0] for p in parts) / 2 == pytest.approx(loss.item(), rel=1e-5)
    # Each rank averages over its half, so its gradients are twice as large.
    assert torch.allclose(torch.cat([p[1] for p in parts]) / 2, whole.grad, atol=1e-6)
