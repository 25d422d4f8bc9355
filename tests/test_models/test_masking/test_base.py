import torch

from mcf.models.masking.base import weighted_noise


def test_first_place_goes_in_proportion_to_the_weights():
    weights = torch.tensor([1.0, 2.0, 5.0]).expand(20000, -1)
    generator = torch.Generator().manual_seed(0)
    first = weighted_noise(weights, generator=generator).argmax(dim=1)
    share = first.bincount(minlength=3) / len(first)
    assert torch.allclose(share, torch.tensor([1, 2, 5]) / 8, atol=0.015)


def test_second_place_goes_in_proportion_among_the_rest():
    weights = torch.tensor([1.0, 2.0, 5.0]).expand(20000, -1)
    generator = torch.Generator().manual_seed(0)
    order = weighted_noise(weights, generator=generator).argsort(dim=1, descending=True)
    second = order[order[:, 0] == 2][:, 1]
    assert abs((second == 1).float().mean() - 2 / 3) < 0.015


def test_weight_zero_comes_last():
    weights = torch.tensor([0.0, 1.0, 1e-6]).expand(100, -1)
    assert (weighted_noise(weights).argmin(dim=1) == 0).all()
