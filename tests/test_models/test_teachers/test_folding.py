import copy

import pytest
import torch
from torch import nn

from mcf.models.teachers.folding import fold_batch_norm


def trained(network):
    """Give normalisations statistics and factors as after a training."""
    generator = torch.Generator().manual_seed(0)
    for norm in network.modules():
        if isinstance(norm, nn.BatchNorm2d):
            for tensor in (norm.running_var, norm.weight.data):
                tensor.uniform_(0.5, 2, generator=generator)
            for tensor in (norm.running_mean, norm.bias.data):
                tensor.normal_(generator=generator)
    return network.eval()


def norms(network):
    return [n for n, m in network.named_modules() if isinstance(m, nn.BatchNorm2d)]


def block():
    return nn.Sequential(
        nn.Conv2d(3, 6, 3, bias=False),
        nn.BatchNorm2d(6),
        nn.Sequential(nn.ReLU(), nn.Conv2d(6, 6, 3, groups=6), nn.BatchNorm2d(6)),
    )


def test_folded_network_gives_the_same_maps_and_input_gradients():
    network = trained(block())
    folded = copy.deepcopy(network)
    fold_batch_norm(folded)
    assert norms(folded) == []
    images = torch.randn(2, 3, 9, 9)
    outputs, gradients = [], []
    for model in (network, folded):
        x = images.clone().requires_grad_()
        y = model(x)
        y.square().sum().backward()
        outputs.append(y)
        gradients.append(x.grad)
    torch.testing.assert_close(*outputs)
    torch.testing.assert_close(*gradients, rtol=1e-4, atol=1e-4)


def test_number_by_hand():
    network = nn.Sequential(nn.Conv2d(1, 1, 1, bias=False), nn.BatchNorm2d(1, eps=0))
    conv, norm = network
    nn.init.constant_(conv.weight, 3.0)
    norm.running_mean.fill_(2.0)
    norm.running_var.fill_(4.0)
    nn.init.constant_(norm.weight, 5.0)
    nn.init.constant_(norm.bias, 1.0)
    fold_batch_norm(network.eval())
    # 5 * (3 x - 2) / 2 + 1
    assert network[0].weight.item() == 7.5 and network[0].bias.item() == -4.0


def test_a_convolution_that_is_looked_at_keeps_its_output():
    network = trained(block())
    fold_batch_norm(network, keep=["0"])
    assert norms(network) == ["1"]


class _OutOfOrder(nn.Module):
    """Parts stand in another order than they work in."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 3, 1)
        self.norm = nn.BatchNorm2d(3)

    def forward(self, x):
        return self.conv(self.norm(x))


class _NormAndMore(nn.BatchNorm2d):
    def forward(self, x):
        return super().forward(x).relu()


@pytest.mark.parametrize(
    "network",
    [
        _OutOfOrder(),
        nn.Sequential(nn.Conv2d(3, 3, 1), _NormAndMore(3)),
        nn.Sequential(nn.Conv2d(3, 3, 1), nn.ReLU(), nn.BatchNorm2d(3)),
        nn.Sequential(nn.Conv2d(3, 3, 1), nn.BatchNorm2d(3, track_running_stats=False)),
    ],
    ids=["no sequence", "norm with activation", "not adjacent", "no statistics"],
)
def test_what_cannot_be_known_to_be_safe_stays(network):
    before = norms(network.eval())
    fold_batch_norm(network)
    assert before and norms(network) == before
