import numpy as np
import pytest
import torch

pytest.importorskip("mmseg")

from mmengine.config import ConfigDict
from mmengine.registry import init_default_scope
from mmengine.structures import PixelData
from mmseg.registry import MODELS
from mmseg.structures import SegDataSample

import mcf.parsing  # noqa: F401
from mcf.crops.tanh_warp import unwarp_maps
from mcf.datasets.transforms import FaceAlign, WholeImageCrop

HEADS = {
    "fcn": dict(type="FCNHead", in_channels=16, in_index=0, channels=8, num_convs=1),
    "uper": dict(
        type="UPerHead",
        in_channels=[16] * 4,
        in_index=[0, 1, 2, 3],
        channels=8,
        pool_scales=(1, 2),
    ),
    "segformer": dict(
        type="SegformerHead", in_channels=[16] * 4, in_index=[0, 1, 2, 3], channels=8
    ),
    "segmenter": dict(
        type="SegmenterMaskTransformerHead",
        in_channels=16,
        in_index=2,
        channels=16,
        embed_dims=16,
        num_layers=1,
        num_heads=2,
        dropout_ratio=0.0,
    ),
}


def build(head="fcn", **head_settings):
    init_default_scope("mmseg")
    config = dict(
        type="mcf.FaceParser",
        backbone=dict(
            type="mcf.DenseViT",
            arch=dict(
                embed_dims=16, num_layers=4, num_heads=2, feedforward_channels=32
            ),
            input_size=32,
            patch_size=8,
            out_indices=[0, 1, 2, 3],
        ),
        neck=dict(
            type="mcf.ViTFeaturePyramid", embed_dims=16, norm_cfg=dict(type="BN")
        ),
        decode_head=HEADS[head] | dict(num_classes=3) | head_settings,
        test_cfg=dict(mode="whole"),
    )
    return MODELS.build(ConfigDict(config)).eval()


def sample(crop, size=(20, 30), **keys):
    """Data sample of a crop of an image (height, width), as PackFaceParsing has it."""
    results = crop(dict(img=np.zeros((*size, 3), np.uint8), **keys))
    return SegDataSample(
        metainfo=dict(
            ori_shape=size,
            img_shape=results["img_shape"],
            crop_matrix=results["crop_matrix"],
            warp_factor=results["warp_factor"],
        )
    )


def aligned(factor=0.8):
    points = np.array([[10, 8], [20, 8], [15, 12], [11, 16], [19, 16.0]])
    return sample(FaceAlign(32, warp_factor=factor), points5=points)


@pytest.mark.parametrize("head", HEADS)
def test_any_head_answers_at_the_size_of_the_image(head):
    model = build(head)
    samples = [aligned(), sample(WholeImageCrop(32), size=(40, 25))]
    with torch.no_grad():
        found = model(torch.randn(2, 3, 32, 32), samples, mode="predict")
    assert [tuple(s.pred_sem_seg.data.shape) for s in found] == [
        (1, 20, 30),
        (1, 40, 25),
    ]
    assert tuple(found[0].seg_logits.data.shape) == (3, 20, 30)


@pytest.mark.parametrize("head", HEADS)
def test_any_head_trains_the_backbone(head):
    model = build(head).train()
    labelled = aligned()
    labels = torch.randint(0, 3, (1, 32, 32))
    labelled.gt_sem_seg = PixelData(data=labels)
    losses = model(torch.randn(2, 3, 32, 32), [labelled, labelled], mode="loss")
    losses["decode.loss_ce"].backward()
    gradient = model.backbone.patch_embed.projection.weight.grad
    assert gradient.abs().sum() > 0


def test_logits_are_unwarped_before_the_argmax():
    # Two classes meet between crop pixels: only the bilinear blend of their logits,
    # not that of their labels, decides on which side an image pixel lies.
    logits = torch.zeros(1, 3, 32, 32)
    logits[:, 1, :, :16], logits[:, 2, :, 16:] = 1.0, 5.0
    one = aligned()
    meta = one.metainfo
    expected = unwarp_maps(logits[0], meta["crop_matrix"], (30, 20), 0.8)
    build().postprocess_result(logits, [one])
    torch.testing.assert_close(one.seg_logits.data, expected)
    assert torch.equal(one.pred_sem_seg.data[0], expected.argmax(0))
    labels = torch.nn.functional.one_hot(logits[0].argmax(0)).permute(2, 0, 1)
    labels = unwarp_maps(labels, meta["crop_matrix"], (30, 20), 0.8).argmax(0)
    assert not torch.equal(one.pred_sem_seg.data[0], labels)


def test_pixels_outside_the_crop_are_background():
    one = sample(WholeImageCrop(32), size=(32, 32))
    shifted = np.array([[1, 0, -16], [0, 1, 0], [0, 0, 1.0]])
    one.set_metainfo(dict(crop_matrix=shifted))
    logits = torch.zeros(1, 3, 32, 32)
    logits[:, 2], logits[:, 0] = 1.0, -1.0
    build().postprocess_result(logits, [one])
    assert (one.pred_sem_seg.data[0, :, :16] == 0).all()
    assert (one.pred_sem_seg.data[0, :, 16:] == 2).all()
    assert (one.seg_logits.data[:, :, :15] == 0).all()


def test_whole_image_of_the_crops_size_comes_back_as_it_is():
    logits = torch.randn(1, 3, 32, 32)
    one = sample(WholeImageCrop(32), size=(32, 32))
    build().postprocess_result(logits, [one])
    torch.testing.assert_close(one.seg_logits.data, logits[0], atol=1e-4, rtol=1e-4)


def test_without_samples_the_answer_stays_in_the_crop():
    found = build()(torch.randn(1, 3, 32, 32), mode="predict")
    assert tuple(found[0].pred_sem_seg.data.shape) == (1, 32, 32)


def test_sample_that_does_not_say_where_its_crop_lies_is_refused():
    lost = SegDataSample(metainfo=dict(ori_shape=(20, 30), img_path="lost.jpg"))
    with pytest.raises(ValueError, match=r"lost\.jpg .*mcf\.PackFaceParsing"):
        build().postprocess_result(torch.zeros(1, 3, 32, 32), [lost])


def test_single_logit_for_two_classes_is_refused():
    with pytest.raises(ValueError, match="1 logits for 2 classes"):
        build(num_classes=2, out_channels=1, threshold=0.5)
