import pytest
import torch

from mcf.models.masking import mask_smallest_kept
from mcf.models.necks import FeatureDecoder


def decoder(outputs=(6, 4)):
    torch.manual_seed(0)
    neck = FeatureDecoder(
        outputs,
        img_size=(32, 16),
        patch_size=8,
        encoder_dims=16,
        embed_dims=12,
        depth=1,
        num_heads=2,
    )
    neck.init_weights()
    return neck


def test_every_patch_predicts_every_tap():
    mask = mask_smallest_kept(torch.rand(2, 8), 0.5)
    first, second = decoder()(torch.randn(2, 5, 16), mask.restore)
    assert first.shape == (2, 8, 6) and second.shape == (2, 8, 4)


def test_taps_have_linear_layers_of_their_own():
    neck = decoder()
    mask = mask_smallest_kept(torch.rand(2, 8), 0.5)
    first, _ = neck(torch.randn(2, 5, 16), mask.restore)
    first.sum().backward()
    moved = neck.decoder_pred.weight.grad.abs().sum(dim=1) > 0
    assert moved.tolist() == [True] * 6 + [False] * 4


@pytest.mark.parametrize("outputs", [[], [4, 0]])
def test_refuses_taps_without_features(outputs):
    with pytest.raises(ValueError, match="at least 1 for each tap"):
        decoder(outputs)
