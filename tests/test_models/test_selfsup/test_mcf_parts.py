"""What MCF demands of its parts, and what it gives to those that ask."""

import pytest
import torch

from mcf.models.masking import AttentionMasking
from tests.test_models.test_backbones.encoders import RESNET, masked, masked_vit
from tests.tiny import tiny_mcf

NECK = dict(type="mcf.PseudoImageDecoder", embed_dims=8, depth=1, num_heads=2)
RESNET_PARTS = dict(
    backbone=masked(RESNET),
    neck=NECK | dict(img_size=64, patch_size=32, encoder_dims=64),
    masking=dict(type="mcf.RandomMasking", ratio=0.5),
    projector=dict(
        type="mmpretrain.LinearNeck", in_channels=64, out_channels=8, norm_cfg=None
    ),
)


def total(losses):
    return losses["loss_feature"] + losses["loss_contrastive"]


def test_backbone_that_cannot_drop_tokens_trains_all_its_parts():
    model = tiny_mcf(**RESNET_PARTS)
    total(model.loss(torch.randn(4, 3, 64, 64))).backward()
    for name, parameter in model.named_parameters():
        learns = not name.startswith("momentum_encoder.") and "pos_embed" not in name
        assert (parameter.grad is not None) == learns == parameter.requires_grad, name


def test_attention_masks_follow_the_momentum_encoder():
    model = tiny_mcf(masking=dict(type="mcf.AttentionMasking", ratio=0.75))
    seen, images = [], torch.randn(4, 3, 32, 32)
    draw = AttentionMasking.__call__

    def spy(masking, *args, **kwargs):
        seen.append(kwargs["attention"])
        return draw(masking, *args, **kwargs)

    model.loss(images)  # the first update copies the encoder
    with torch.no_grad():
        for parameter in model.backbone.parameters():
            parameter.mul_(2)
    AttentionMasking.__call__ = spy
    try:
        online, target = model.draw_masks(images)
    finally:
        AttentionMasking.__call__ = draw
    expected = model.momentum_encoder.module["backbone"].attention(images)
    assert len(seen) == 2 and all(torch.equal(s, expected) for s in seen)
    assert not torch.equal(expected, model.backbone.attention(images))
    assert not torch.equal(online.mask, target.mask)


def test_attention_of_a_network_without_class_token_is_refused():
    parts = RESNET_PARTS | dict(masking=dict(type="mcf.AttentionMasking"))
    with pytest.raises(ValueError, match="MaskedBackbone has no class token"):
        tiny_mcf(**parts)


def test_backbone_that_cannot_mask_is_refused():
    with pytest.raises(ValueError, match=r"ResNet cannot .*mcf\.MaskedBackbone"):
        tiny_mcf(**RESNET_PARTS | dict(backbone=RESNET))


def test_decoder_of_another_width_is_refused():
    with pytest.raises(ValueError, match=r"16 channels, the decoder takes 24"):
        tiny_mcf(
            backbone=masked_vit(),
            neck=NECK | dict(img_size=32, patch_size=8, encoder_dims=24),
        )


def test_decoder_of_another_grid_is_refused():
    with pytest.raises(ValueError, match=r"\(4, 4\) cells, .*\(2, 2\); .*, 8 pixels"):
        tiny_mcf(
            backbone=masked_vit(),
            neck=NECK | dict(img_size=32, patch_size=16, encoder_dims=16),
        )
