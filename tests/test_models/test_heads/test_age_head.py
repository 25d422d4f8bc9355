import pytest
import torch
from mmpretrain.structures import DataSample

from mcf.models.losses import coral_loss, distribution_loss
from mcf.registry import MODELS

AGES = (21.0, 34.0, 60.0)


def samples() -> list[DataSample]:
    found = [DataSample() for _ in AGES]
    for sample, age in zip(found, AGES):
        sample.set_field(torch.tensor(age), "gt_age")
    return found


def head(kind: str, **settings):
    torch.manual_seed(0)
    built = MODELS.build(dict(type=f"mcf.{kind}", in_channels=4, **settings))
    return built, (torch.randn(3, 4),)


def test_distribution_head_has_the_losses_and_ages_of_its_logits():
    built, feats = head("DistributionAgeHead", distance_weight=3.0)
    logits = built(feats)
    assert logits.shape == (3, 101)
    losses = built.loss(feats, samples())
    divergence, error = distribution_loss(logits, torch.tensor(AGES), built.ages, 2.0)
    assert losses["loss_kl"] == divergence and losses["loss_l1"] == 3 * error
    expected = logits.softmax(1) @ torch.arange(101.0)
    found = torch.stack([s.pred_age for s in built.predict(feats)])
    assert torch.allclose(found, expected)


def test_ordinal_head_counts_the_answers_from_the_youngest_on():
    built, feats = head("CoralAgeHead")
    logits = built(feats)
    assert logits.shape == (3, 39)
    loss = built.loss(feats, samples())["loss"]
    assert loss == coral_loss(logits, torch.tensor([0, 13, 39]))
    for sample, row in zip(built.predict(feats, samples()), logits):
        assert sample.pred_age == 21 + (row > 0).sum() and "gt_age" in sample


@pytest.mark.parametrize("kind", ["DistributionAgeHead", "CoralAgeHead"])
def test_a_few_steps_learn_the_ages(kind):
    built, feats = head(kind)
    optimiser = torch.optim.Adam(built.parameters(), lr=0.3)
    for _ in range(200):
        optimiser.zero_grad()
        sum(built.loss(feats, samples()).values()).backward()
        optimiser.step()
    found = [float(s.pred_age) for s in built.predict(feats)]
    assert found == pytest.approx(AGES, abs=1.5)


def test_ages_out_of_order_are_refused():
    with pytest.raises(ValueError, match="youngest=60 must be below oldest=21"):
        head("CoralAgeHead", youngest=60, oldest=21)
