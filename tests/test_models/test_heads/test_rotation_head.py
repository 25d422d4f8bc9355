import torch
from mmpretrain.structures import DataSample

from mcf.models.heads import RotationHead
from mcf.models.losses import geodesic_loss, rotation_of_six


def test_loss_and_prediction_are_those_of_six_numbers():
    torch.manual_seed(0)
    head, feats = RotationHead(4), (torch.randn(2, 4),)
    target = rotation_of_six(torch.randn(2, 6))
    samples = [DataSample(), DataSample()]
    for sample, rotation in zip(samples, target):
        sample.set_field(rotation.numpy(), "gt_rotation")
    expected = rotation_of_six(head.fc(feats[-1]))
    assert head.loss(feats, samples)["loss"] == geodesic_loss(expected, target)
    found = torch.stack([s.pred_rotation for s in head.predict(feats, samples)])
    assert torch.equal(found, expected)
    head.loss(feats, samples)["loss"].backward()
    assert head.fc.weight.grad.abs().sum() > 0
