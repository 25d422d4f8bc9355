import pytest
import torch

from mcf.models.masking import mask_smallest_kept
from mcf.models.necks import PseudoImageDecoder, unpatchify


def decoder(img_size=32):
    torch.manual_seed(0)
    neck = PseudoImageDecoder(
        img_size, patch_size=8, encoder_dims=16, embed_dims=12, depth=1, num_heads=2
    )
    neck.init_weights()
    return neck


def test_unpatchify_puts_every_pixel_in_its_place():
    image = torch.arange(3 * 4 * 6).reshape(1, 3, 4, 6)
    patches = []
    for row in (0, 2):
        for column in (0, 2, 4):
            patch = image[0, :, row : row + 2, column : column + 2]
            patches.append(patch.permute(1, 2, 0).reshape(-1))
    assert torch.equal(unpatchify(torch.stack(patches)[None], 2, (2, 3)), image)


@pytest.mark.parametrize("img_size", [32, (32, 16)])
def test_decodes_visible_tokens_to_an_image(img_size):
    neck = decoder(img_size)
    length = neck.grid[0] * neck.grid[1]
    mask = mask_smallest_kept(torch.rand(2, length), 0.5)
    image = neck(torch.randn(2, 1 + length // 2, 16), mask.restore)
    assert image.shape == (2, 3, neck.grid[0] * 8, neck.grid[1] * 8)


def test_mask_token_learns_and_positions_do_not():
    neck = decoder()
    mask = mask_smallest_kept(torch.rand(2, 16), 0.75)
    neck(torch.randn(2, 5, 16), mask.restore).pow(2).sum().backward()
    assert [n for n, p in neck.named_parameters() if p.grad is None] == [
        "decoder_pos_embed"
    ]
    assert neck.mask_token.grad.abs().sum() > 0


def test_refuses_image_size_that_patches_do_not_fill():
    with pytest.raises(ValueError, match="multiple of patch_size=8"):
        PseudoImageDecoder(30, patch_size=8)
