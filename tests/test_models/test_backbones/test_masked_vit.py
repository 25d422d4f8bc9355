import pytest
import torch
from mmpretrain.models import VisionTransformer

from mcf.models.backbones import MaskedViT
from mcf.models.position_embedding import sincos_position_embedding

ARCH = dict(embed_dims=16, num_layers=2, num_heads=2, feedforward_channels=32)


@pytest.fixture
def vit():
    torch.manual_seed(0)
    vit = MaskedViT(ARCH, img_size=32, patch_size=8)
    vit.init_weights()
    vit.eval()
    return vit


def test_shapes_of_all_and_kept_tokens(vit):
    images = torch.randn(2, 3, 32, 32)
    assert vit.encode_all(images).shape == (2, 17, 16)
    assert vit.encode_kept(images, torch.tensor([[0, 5], [3, 1]])).shape == (2, 3, 16)


def test_keeping_all_patches_equals_encoding_all(vit):
    images = torch.randn(2, 3, 32, 32)
    keep = torch.stack([torch.randperm(16), torch.randperm(16)])
    kept, whole = vit.encode_kept(images, keep), vit.encode_all(images)
    assert torch.allclose(kept[:, 0], whole[:, 0], atol=1e-5)
    for i in range(2):
        assert torch.allclose(kept[i, 1:], whole[i, 1:][keep[i]], atol=1e-5)


def test_hidden_patches_have_no_influence(vit):
    images = torch.randn(1, 3, 32, 32)
    changed = images.clone()
    changed[..., 16:, :] = 9.0
    keep = torch.arange(8)[None]  # the upper half
    assert torch.equal(vit.encode_kept(images, keep), vit.encode_kept(changed, keep))


def test_forward_and_names_are_those_of_mmpretrain(vit):
    plain = VisionTransformer(
        ARCH, img_size=32, patch_size=8, norm_cfg=dict(type="LN", eps=1e-6)
    )
    plain.eval()
    plain.load_state_dict(vit.state_dict())
    images = torch.randn(2, 3, 32, 32)
    assert torch.equal(plain(images)[0], vit(images)[0])
    assert torch.allclose(vit.encode_all(images)[:, 0], vit(images)[0], atol=1e-6)


def test_positions_are_fixed_and_everything_else_learns(vit):
    tokens = vit.encode_kept(torch.randn(2, 3, 32, 32), torch.tensor([[1], [2]]))
    tokens.pow(2).sum().backward()
    without = [n for n, p in vit.named_parameters() if p.grad is None]
    assert without == ["pos_embed"]
    assert torch.equal(vit.pos_embed.data, sincos_position_embedding((4, 4), 16))


def test_other_image_sizes_resize_positions(vit):
    assert vit.encode_all(torch.randn(1, 3, 32, 48)).shape == (1, 25, 16)


def test_attention_is_the_softmax_of_the_last_block_over_the_heads(vit):
    images, seen = torch.randn(2, 3, 32, 32), {}
    attn = vit.layers[-1].attn

    def attend(query, key, value, dropout_p):
        scores = query @ key.transpose(-2, -1) / query.shape[-1] ** 0.5
        seen["attention"] = scores.softmax(dim=-1)
        return seen["attention"] @ value

    attn.scaled_dot_product_attention = attend
    vit.encode_all(images)
    expected = seen["attention"].mean(dim=1)[:, 0]  # of the class token
    attention = vit.attention(images)
    assert torch.allclose(attention, expected[:, 1:], atol=1e-6)
    assert torch.allclose(attention.sum(dim=1) + expected[:, 0], torch.ones(2))
    assert not attention.requires_grad


def test_pretrained_weights_among_other_initialisations_are_refused():
    """mmpretrain's ViT would draw the positions anew."""
    both = [dict(type="Pretrained", checkpoint="a.pth"), dict(type="Xavier")]
    with pytest.raises(ValueError, match="Pretrained alone"):
        MaskedViT(ARCH, img_size=32, patch_size=8, init_cfg=both)
