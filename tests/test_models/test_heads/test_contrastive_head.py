import torch
from mmpretrain.models.heads import MoCoV3Head

from mcf.models.heads import ContrastiveHead
from mcf.models.losses import info_nce

PREDICTOR = dict(
    type="mmpretrain.NonLinearNeck",
    in_channels=8,
    hid_channels=16,
    out_channels=8,
    with_avg_pool=False,
    with_last_bn=False,
    norm_cfg=dict(type="BN1d"),
)


def test_loss_scores_predictions_not_projections():
    head = ContrastiveHead(PREDICTOR, temperature=0.3, loss_weight=2.0)
    projection, key = torch.randn(2, 6, 8).unbind(0)
    query = head.predict(projection)
    assert query.shape == (6, 8)
    expected = 2 * info_nce(query, key, 0.3)
    assert torch.allclose(head.loss(projection, key), expected)


def test_predictor_learns():
    head = ContrastiveHead(PREDICTOR)
    head.loss(torch.randn(6, 8), torch.randn(6, 8)).backward()
    assert all(p.grad is not None for p in head.parameters())


def test_loss_is_mmpretrains_where_gradients_of_keys_are_not_asked_for():
    ours = ContrastiveHead(PREDICTOR, temperature=0.3, loss_weight=2.0)
    loss = dict(type="CrossEntropyLoss", loss_weight=2.0 * 2 * 0.3)
    theirs = MoCoV3Head(PREDICTOR, loss, temperature=0.3)
    theirs.load_state_dict(ours.state_dict())
    query, key = torch.randn(16, 8), torch.randn(16, 8, requires_grad=True)
    torch.testing.assert_close(ours.loss(query, key), theirs.loss(query, key))
    ours.loss(query, key).backward()
    assert key.grad is None
    theirs.loss(query, key).backward()
    assert key.grad.abs().sum() > 0
