import pytest
import torch

from mcf.models.backbones.masked_backbone import MaskedBackbone, hide_cells
from mcf.registry import MODELS
from tests.test_models.test_backbones.encoders import RESNET, masked


def build(config):
    torch.manual_seed(0)
    encoder = MODELS.build(config)
    encoder.eval()
    return encoder


def test_hidden_cells_show_the_filling_and_visible_ones_the_image():
    images = torch.arange(32.0).view(1, 1, 4, 8).expand(2, 3, 4, 8)
    filling = torch.full((3, 2, 2), -1.0)
    keep = torch.tensor([[0, 7], [3, 4]])  # of a grid of 2 x 4 cells
    shown = hide_cells(images, keep, filling, (2, 4))
    expected = torch.full((2, 3, 4, 8), -1.0)
    expected[0, :, :2, :2] = images[0, :, :2, :2]
    expected[0, :, 2:, 6:] = images[0, :, 2:, 6:]
    expected[1, :, :2, 6:] = images[1, :, :2, 6:]
    expected[1, :, 2:, :2] = images[1, :, 2:, :2]
    assert torch.equal(shown, expected)


def test_tokens_are_the_cells_of_the_last_map_and_their_mean():
    encoder = build(masked(RESNET | dict(out_indices=(2, 3)), filling="mean"))
    images, keep = torch.randn(2, 3, 64, 64), torch.tensor([[3, 0], [1, 2]])
    painted = hide_cells(images, keep, torch.zeros(3, 32, 32), (2, 2))
    last = encoder.network(painted)[-1].flatten(2)
    tokens = encoder.encode_kept(images, keep)
    for i in range(2):
        cells = torch.stack([last[i, :, k] for k in keep[i]])
        assert torch.allclose(tokens[i, 1:], cells, atol=1e-6)
        assert torch.allclose(tokens[i, 0], cells.mean(dim=0), atol=1e-6)


def test_learned_filling_is_trained_and_mean_colour_has_no_weights():
    learned, mean = (build(masked(RESNET, filling=f)) for f in ("learned", "mean"))
    assert "filling" in learned.state_dict() and "filling" not in mean.state_dict()
    learned.encode_kept(torch.randn(1, 3, 64, 64), torch.tensor([[0]])).sum().backward()
    assert learned.filling.grad.abs().sum() > 0


def test_building_leaves_mode_and_statistics_of_the_network_alone():
    encoder = MODELS.build(masked(RESNET))
    assert encoder.network.training
    assert encoder.network.bn1.num_batches_tracked == 0


def test_rectangular_images_have_rectangular_grids():
    encoder = build(masked(RESNET, img_size=(64, 96)))
    assert encoder.patch_resolution == (2, 3)
    assert encoder.encode_all(torch.randn(1, 3, 64, 96)).shape == (1, 7, 64)


def test_images_of_another_size_are_refused():
    with pytest.raises(ValueError, match=r"\(32, 32\) pixels.*img_size=\(64, 64\)"):
        build(masked(RESNET)).encode_all(torch.randn(1, 3, 32, 32))


def test_sizes_that_leave_no_whole_cells_are_refused():
    with pytest.raises(ValueError, match="70 x 70 pixels to 3 x 3 cells"):
        MaskedBackbone(RESNET, img_size=70)


def test_networks_without_maps_are_refused():
    with pytest.raises(ValueError, match=r"needs a map .* out_type='featmap'"):
        MaskedBackbone(
            dict(type="mmpretrain.VisionTransformer", arch="deit-tiny", img_size=32),
            img_size=32,
        )


def test_unknown_filling_is_refused():
    with pytest.raises(ValueError, match="filling='noise'"):
        MaskedBackbone(RESNET, filling="noise")
