import torch
from mmpretrain.structures import DataSample
from torch.nn import functional as F

from mcf.models.heads import PooledTokensHead


def test_three_poolings_are_normalised_weighted_and_classified():
    torch.manual_seed(0)
    head = PooledTokensHead(8, 5)
    with torch.no_grad():
        head.weights.copy_(torch.tensor([0.5, -1.0, 2.0]))
        for norm in head.norms:
            norm.weight.uniform_(0.5, 2)
            norm.bias.normal_()
    tokens = torch.randn(2, 1 + 9, 8)
    exp = head.weights.exp()
    pooled = [tokens[:, 1:].mean(1), tokens[:, 1:].max(1).values, tokens[:, 0]]
    expected = sum(
        share * F.layer_norm(one, (8,), norm.weight, norm.bias, 1e-5)
        for share, one, norm in zip(exp / exp.sum(), pooled, head.norms)
    )
    assert torch.allclose(head((tokens,)), head.fc(expected), atol=1e-6)


def test_loss_is_the_cross_entropy_of_all_attributes_and_trains_everything():
    torch.manual_seed(0)
    head = PooledTokensHead(8, 3)
    target = torch.tensor([[1.0, 0, 1], [0, 0, 1]])
    samples = [DataSample().set_gt_score(row) for row in target]
    tokens = (torch.randn(2, 5, 8),)
    loss = head.loss(tokens, samples)["loss"]
    expected = F.binary_cross_entropy_with_logits(head(tokens), target, reduction="sum")
    assert torch.allclose(loss, expected / 2)
    loss.backward()
    assert all(parameter.grad.abs().sum() > 0 for parameter in head.parameters())


def test_predictions_are_probabilities():
    head = PooledTokensHead(8, 3)
    tokens = (torch.randn(2, 5, 8),)
    scores = torch.stack([sample.pred_score for sample in head.predict(tokens)])
    assert torch.allclose(scores, head(tokens).sigmoid())
