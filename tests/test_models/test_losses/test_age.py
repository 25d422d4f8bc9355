import math

import pytest
import torch
from torch.autograd import gradcheck

from mcf.models.losses import (
    age_distribution,
    coral_loss,
    coral_rank,
    distribution_loss,
    expected_age,
)

BINS = torch.arange(0.0, 101.0)


def test_distribution_has_the_density_of_the_normal_one():
    found = age_distribution(torch.tensor([30.0]), BINS, 2.0)[0]
    density = math.exp(-0.5) / (2 * math.sqrt(2 * math.pi))
    assert found.sum() == pytest.approx(1, abs=1e-6)
    assert found[32] == pytest.approx(density, rel=1e-4)
    assert found[28] == pytest.approx(float(found[32]))


def test_losses_of_two_bins_by_hand():
    """Aim (0.5, 0.5); prediction (0.8, 0.2): KL = ½ ln(0.5/0.8) + ½ ln(0.5/0.2)."""
    logits = torch.tensor([[math.log(0.8), math.log(0.2)]])
    bins = torch.tensor([0.0, 1.0])
    divergence, error = distribution_loss(logits, torch.tensor([0.5]), bins, 1.0)
    expected = 0.5 * math.log(0.5 / 0.8) + 0.5 * math.log(0.5 / 0.2)
    assert divergence == pytest.approx(expected)
    assert error == pytest.approx(0.5 - 0.2)


def test_loss_is_zero_where_the_prediction_is_the_aim():
    ages = torch.tensor([25.0, 40.0])
    logits = age_distribution(ages, BINS, 2.0).clamp(min=1e-30).log()
    divergence, error = distribution_loss(logits, ages, BINS, 2.0)
    assert divergence == pytest.approx(0, abs=1e-5)
    assert error == pytest.approx(0, abs=1e-4)
    assert expected_age(logits, BINS) == pytest.approx(ages.numpy(), abs=1e-4)


def test_ordinal_loss_by_hand():
    """Ranks 0 to 3, the face has 2: yes, yes, no."""
    logits = torch.tensor([[1.0, 0.0, -2.0]])
    softplus = [math.log1p(math.exp(-1)), math.log(2), math.log1p(math.exp(-2))]
    assert coral_loss(logits, torch.tensor([2])) == pytest.approx(sum(softplus))
    wrong = coral_loss(logits, torch.tensor([0]))
    assert wrong == pytest.approx(
        math.log1p(math.exp(1)) + math.log(2) + math.log1p(math.exp(-2))
    )
    assert coral_rank(torch.tensor([[1.0, 0.1, -2], [-1, -1, -1]])).tolist() == [2, 0]


def test_gradients_are_those_of_the_definitions():
    torch.manual_seed(0)
    logits = torch.randn(3, 6, dtype=torch.float64, requires_grad=True)
    bins, ages = torch.arange(6.0).double(), torch.tensor([0.0, 2.2, 5.0]).double()
    assert gradcheck(lambda x: distribution_loss(x, ages, bins, 1.5), logits)
    assert gradcheck(lambda x: coral_loss(x, torch.tensor([0, 3, 6])), logits)
