import pytest
import torch
from mmengine.registry import DefaultScope

from mcf.models.heads import UPerFusion

CHANNELS = [4, 5, 6, 7]


@pytest.fixture
def levels():
    sizes = [(16, 20), (8, 10), (4, 5), (2, 3)]
    return [torch.rand(2, c, *size) for c, size in zip(CHANNELS, sizes, strict=True)]


def tiny_fusion() -> UPerFusion:
    torch.manual_seed(0)
    return UPerFusion(CHANNELS, 8, norm_cfg=dict(type="BN"))


def test_result_has_the_size_of_the_finest_level(levels):
    assert tiny_fusion()(levels).shape == (2, 8, 16, 20)


def test_it_equals_mmsegmentations_head_before_its_classifier(levels):
    pytest.importorskip("mmseg")
    from mmseg.models.decode_heads import UPerHead

    with DefaultScope.overwrite_default_scope("mmseg"):
        theirs = UPerHead(
            in_channels=CHANNELS,
            in_index=[0, 1, 2, 3],
            channels=8,
            num_classes=3,
            norm_cfg=dict(type="BN"),
            align_corners=False,
        )
    ours = tiny_fusion()
    left = theirs.load_state_dict(ours.state_dict(), strict=False)
    assert {key.split(".")[0] for key in left.missing_keys} == {"conv_seg"}
    assert not left.unexpected_keys
    torch.testing.assert_close(
        ours.eval()(levels), theirs.eval()._forward_feature(levels)
    )


def test_every_parameter_takes_part(levels):
    fusion = tiny_fusion()
    fusion(levels).square().mean().backward()
    assert all(p.grad is not None for p in fusion.parameters())


def test_number_of_levels_must_fit(levels):
    with pytest.raises(ValueError, match="3 levels for 4 in_channels"):
        tiny_fusion()(levels[:3])
