import pytest
import torch
from torch import nn
from torch.nn import functional as F

from mcf.models.lora import LoRALinear, add_lora


def test_starts_as_the_layer_it_was():
    layer = nn.Linear(6, 5)
    features = torch.randn(2, 3, 6)
    torch.testing.assert_close(LoRALinear(layer, 2)(features), layer(features))


@pytest.mark.parametrize("bias", [True, False])
def test_adds_the_product_of_two_thin_matrices(bias):
    layer = nn.Linear(6, 5, bias=bias)
    adapted = LoRALinear(layer, 2)
    nn.init.normal_(adapted.lora_up)
    assert adapted.lora_down.shape == (2, 6) and adapted.lora_up.shape == (5, 2)
    features = torch.randn(4, 6)
    weight = layer.weight + adapted.lora_up @ adapted.lora_down
    expected = F.linear(features, weight, layer.bias)
    torch.testing.assert_close(adapted(features), expected)


def test_only_the_additions_are_trained_and_old_names_stay():
    network = nn.Sequential(nn.Linear(6, 5), nn.LayerNorm(5), nn.Linear(5, 3))
    plain = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    add_lora(network, 2)
    state = network.state_dict()
    assert all(torch.equal(state[name], tensor) for name, tensor in plain.items())
    assert {name for name in state if name not in plain} == {
        f"{i}.lora_{part}" for i in (0, 2) for part in ("down", "up")
    }
    network(torch.randn(4, 6)).square().sum().backward()
    # up starts at zero, so that down has no gradient before the first step
    assert all(network[i].lora_up.grad.abs().sum() > 0 for i in (0, 2))
    trained = {n for n, p in network.named_parameters() if p.requires_grad}
    assert trained == state.keys() - plain.keys()


@pytest.mark.parametrize("rank", [0, -1])
def test_rank_must_be_positive(rank):
    with pytest.raises(ValueError, match=f"rank {rank}"):
        add_lora(nn.Linear(2, 2), rank)
