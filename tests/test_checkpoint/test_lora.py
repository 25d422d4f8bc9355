import pytest
import torch
from torch import nn

from mcf.checkpoint import load_backbone, load_strict
from mcf.checkpoint.lora import merge_lora
from mcf.models.backbones import DenseViT

ARCH = dict(embed_dims=16, num_layers=2, num_heads=2, feedforward_channels=32)


def dense_vit(rank=0, seed=0):
    torch.manual_seed(seed)
    model = DenseViT(
        ARCH, input_size=32, patch_size=8, out_indices=[0, 1], lora_rank=rank
    )
    model.eval()
    return model


@pytest.fixture
def adapted():
    """A network whose additions have been trained."""
    model = dense_vit(rank=2)
    for name, parameter in model.named_parameters():
        if "lora_" in name:
            nn.init.normal_(parameter, std=0.5)
    return model


def test_merged_weights_are_written_out_by_hand():
    state = {
        "a.weight": torch.tensor([[1.0, 2.0], [3.0, 4.0]]),
        "a.bias": torch.tensor([5.0, 6.0]),
        "a.lora_down": torch.tensor([[1.0, -1.0]]),
        "a.lora_up": torch.tensor([[2.0], [10.0]]),
    }
    before = {name: tensor.clone() for name, tensor in state.items()}
    merged = merge_lora(state)
    assert merged.keys() == {"a.weight", "a.bias"}
    assert merged["a.weight"].tolist() == [[3.0, 0.0], [13.0, -6.0]]
    assert merged["a.bias"] is state["a.bias"]
    assert all(torch.equal(state[name], before[name]) for name in before)


@pytest.mark.parametrize("gone", ["lora_up", "lora_down", "weight"])
def test_additions_that_are_not_whole_are_refused(gone):
    parts = dict(weight=(2, 2), lora_down=(1, 2), lora_up=(2, 1))
    state = {f"a.{n}": torch.ones(shape) for n, shape in parts.items() if n != gone}
    with pytest.raises(ValueError, match=f"a.{gone}"):
        merge_lora(state)


@pytest.mark.parametrize("prefix", ["", "backbone."])
def test_file_with_additions_is_merged_for_a_plain_network(adapted, tmp_path, prefix):
    path = tmp_path / "net.pth"
    state = {prefix + name: t for name, t in adapted.state_dict().items()}
    torch.save(dict(state_dict=state), path)
    plain = dense_vit(seed=1)
    load_strict(plain, path)
    assert load_backbone(path).keys() == plain.state_dict().keys()
    images = torch.rand(2, 3, 32, 32)
    for a, b in zip(plain(images), adapted(images), strict=True):
        torch.testing.assert_close(a, b, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("rank", [2, 3])
def test_network_with_additions_computes_what_any_file_does(adapted, tmp_path, rank):
    images = torch.rand(2, 3, 32, 32)
    for source in (dense_vit(seed=1), adapted):
        path = tmp_path / "net.pth"
        torch.save(source.state_dict(), path)
        model = dense_vit(rank=rank, seed=2)
        load_strict(model, path)
        for a, b in zip(model(images), source(images), strict=True):
            torch.testing.assert_close(a, b, rtol=1e-4, atol=1e-4)


def test_additions_of_the_same_rank_go_on_as_they_were(adapted, tmp_path):
    path = tmp_path / "net.pth"
    torch.save(adapted.state_dict(), path)
    model = dense_vit(rank=2, seed=2)
    load_strict(model, path)
    own = model.state_dict()
    assert all(torch.equal(own[n], t) for n, t in adapted.state_dict().items())
