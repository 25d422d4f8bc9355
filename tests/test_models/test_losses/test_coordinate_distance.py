import torch

from mcf.models.losses import coordinate_distance


def test_distance_by_hand():
    predicted = torch.tensor([[[3.0, 4.0], [0.0, 1.0]], [[0.0, 0.0], [2.0, 2.0]]])
    target = torch.tensor([[[0.0, 0.0], [0.0, 0.0]], [[0.0, 0.0], [2.0, 0.0]]])
    expected = torch.tensor([3.0, 1.0])
    torch.testing.assert_close(coordinate_distance(predicted, target), expected)


def test_point_without_weight_adds_nothing():
    predicted = torch.tensor([[[3.0, 4.0], [9.0, 9.0]]])
    weight = torch.tensor([[1.0, 0.0]])
    distance = coordinate_distance(predicted, torch.zeros(1, 2, 2), weight)
    torch.testing.assert_close(distance, torch.tensor([2.5]))


def test_gradient_is_finite_where_prediction_equals_target():
    predicted = torch.zeros(1, 3, 2, requires_grad=True)
    coordinate_distance(predicted, torch.zeros(1, 3, 2)).sum().backward()
    assert torch.isfinite(predicted.grad).all()
