import numpy as np
import pytest
import torch

from mcf.models.losses import SmoothFeatureLoss, smooth_feature_distance


def test_is_a_parabola_near_zero_and_a_line_beyond():
    difference = np.array([0.0, 0.5, 1.0, -3.0])
    expected = np.mean([0, 0.125, 0.5, 2.5])
    prediction = torch.tensor(difference).reshape(1, 2, 2)
    found = smooth_feature_distance(prediction, torch.zeros(1, 2, 2))
    assert float(found) == pytest.approx(expected)


def test_taps_add_up():
    loss = SmoothFeatureLoss(beta=0.5)
    a, b = torch.randn(2, 3, 4), torch.randn(2, 3, 8)
    zeros = [torch.zeros_like(a), torch.zeros_like(b)]
    expected = sum(smooth_feature_distance(x, torch.zeros_like(x), 0.5) for x in (a, b))
    assert torch.equal(loss([a, b], zeros), expected)


@pytest.mark.parametrize(
    ("predicted", "wanted"),
    [
        ([(2, 4, 8)], [(2, 4, 6)]),
        ([(2, 4, 8)], [(2, 9, 8)]),
        ([(2, 4, 8)] * 2, [(2, 4, 8)]),
    ],
)
def test_tells_which_sizes_the_target_has(predicted, wanted):
    loss = SmoothFeatureLoss()
    expected = str([shape[-1] for shape in wanted]).replace("[", r"\[")
    with pytest.raises(ValueError, match=f"neck.outputs to {expected}"):
        loss([torch.zeros(s) for s in predicted], [torch.zeros(s) for s in wanted])
