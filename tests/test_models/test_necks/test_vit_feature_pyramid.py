import pytest
import torch

from mcf.models.necks import ViTFeaturePyramid

BN = dict(type="BN")


def test_levels_have_strides_4_8_16_and_32():
    maps = [torch.rand(2, 6, 8, 10) for _ in range(4)]
    levels = ViTFeaturePyramid(6, norm_cfg=BN)(maps)
    sizes = [(2, 6, 32, 40), (2, 6, 16, 20), (2, 6, 8, 10), (2, 6, 4, 5)]
    assert [level.shape for level in levels] == sizes
    assert levels[2] is maps[2]
    assert levels[3][0, 0, 0, 0] == maps[3][0, 0, :2, :2].max()


def test_it_equals_mmsegmentations_pyramid():
    pytest.importorskip("mmseg")
    from mmseg.models.necks import Feature2Pyramid

    ours, theirs = ViTFeaturePyramid(6, norm_cfg=BN), Feature2Pyramid(6, norm_cfg=BN)
    theirs.upsample_4x.load_state_dict(ours.adapters[0].state_dict())
    theirs.upsample_2x[0].load_state_dict(ours.adapters[1].state_dict())
    maps = [torch.rand(2, 6, 4, 4) for _ in range(4)]
    for a, b in zip(ours(maps), theirs(maps), strict=True):
        torch.testing.assert_close(a, b)


def test_number_of_maps_must_be_four():
    with pytest.raises(ValueError, match="3 maps for 4 levels"):
        ViTFeaturePyramid(6, norm_cfg=BN)([torch.rand(1, 6, 4, 4)] * 3)


def test_released_norm_is_the_default():
    norm = ViTFeaturePyramid(6).adapters[0][1]
    assert isinstance(norm, torch.nn.SyncBatchNorm)
