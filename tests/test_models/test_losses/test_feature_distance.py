import numpy as np
import pytest
import torch

from mcf.models.losses import FeatureDistanceLoss, feature_distance


def slow_distance(prediction, target, axis):
    """Mean of (2 - 2 cos) over channels or tokens, divided by the vector length."""
    if axis == "channel":
        prediction, target = prediction.swapaxes(1, 2), target.swapaxes(1, 2)
    length = prediction.shape[1]
    total, count = 0.0, 0
    for p_image, t_image in zip(prediction, target):
        for p, t in zip(p_image.T, t_image.T):
            cosine = p @ t / np.linalg.norm(p) / np.linalg.norm(t)
            total, count = total + (2 - 2 * cosine) / length, count + 1
    return total / count


@pytest.mark.parametrize("axis", ["token", "channel"])
def test_equals_slow_reference(axis):
    prediction, target = torch.randn(2, 2, 5, 7, dtype=torch.float64).unbind(0)
    ours = feature_distance(prediction, target, axis)
    assert ours.item() == pytest.approx(
        slow_distance(prediction.numpy(), target.numpy(), axis), rel=1e-5
    )


def test_is_zero_when_prediction_is_scaled_target():
    target = torch.randn(2, 5, 7)
    assert feature_distance(3 * target, target).item() == pytest.approx(0, abs=1e-6)


def test_loss_sums_taps_of_different_shapes_and_weighs_them():
    taps = [torch.randn(2, 2, 5, 7), torch.randn(2, 2, 3, 4)]
    predictions, targets = zip(*taps)
    expected = 10 * sum(feature_distance(p, t) for p, t in taps)
    loss = FeatureDistanceLoss(loss_weight=10.0)(predictions, targets)
    assert torch.allclose(loss, expected)


def test_optimising_the_prediction_lowers_the_loss():
    prediction = torch.randn(1, 5, 7, requires_grad=True)
    target = torch.randn(1, 5, 7)
    loss = FeatureDistanceLoss()
    before = loss([prediction], [target])
    (gradient,) = torch.autograd.grad(before, prediction)
    assert loss([prediction - 0.01 * gradient], [target]) < before


def test_refuses_unknown_axis_and_unequal_numbers_of_taps():
    with pytest.raises(ValueError, match="axis='batch'"):
        FeatureDistanceLoss("batch")
    with pytest.raises(ValueError, match="zip"):
        FeatureDistanceLoss()([torch.ones(1, 2, 3)], [])


def test_tap_weights_weigh_the_taps_one_by_one():
    taps = [torch.randn(2, 2, 5, 7), torch.randn(2, 2, 3, 4)]
    predictions, targets = zip(*taps)
    first, second = (feature_distance(p, t) for p, t in taps)
    loss = FeatureDistanceLoss(loss_weight=10.0, tap_weights=[0.5, 3.0])
    assert torch.allclose(loss(predictions, targets), 10 * (0.5 * first + 3 * second))


def test_tap_weights_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="3 tap_weights for 1 taps"):
        FeatureDistanceLoss(tap_weights=[1, 1, 1])(
            [torch.ones(1, 2, 3)], [torch.ones(1, 2, 3)]
        )
    for weights in ([0, 0], [1, -1]):
        with pytest.raises(ValueError, match="tap_weights="):
            FeatureDistanceLoss(tap_weights=weights)
