import numpy as np
import pytest
import torch

pytest.importorskip("mmpose")
pytest.importorskip("mmseg")

from mmengine.config import ConfigDict
from mmengine.structures import InstanceData, PixelData
from mmpose.structures import PoseDataSample
from mmpretrain.structures import DataSample
from mmseg.structures import SegDataSample

import mcf.alignment
import mcf.parsing  # noqa: F401
from mcf.registry import MODELS, registry_scope

SIDE, POINTS, CLASSES = 32, 5, 3
GAP = dict(type="GlobalAveragePooling")


def config(**settings: object) -> dict:
    points = dict(
        _scope_="mmpose",
        type="TopdownPoseEstimator",
        head=dict(
            type="mcf.HeatmapCoordHead",
            in_channels=8,
            channels=8,
            num_keypoints=POINTS,
            heatmap_size=(16, 16),
            heatmap_radius=2.0,
            decoder=dict(type="mcf.NormalisedPoints", input_size=(SIDE, SIDE)),
        ),
    )
    parts = dict(
        _scope_="mmseg",
        type="mcf.FaceParser",
        decode_head=dict(
            type="FCNHead",
            in_channels=8,
            in_index=0,
            channels=8,
            num_convs=0,
            concat_input=False,
            num_classes=CLASSES,
            loss_decode=dict(type="CrossEntropyLoss"),
        ),
        test_cfg=ConfigDict(mode="whole"),
    )
    age = dict(
        _scope_="mmpretrain",
        type="ImageClassifier",
        neck=GAP,
        head=dict(type="mcf.DistributionAgeHead", in_channels=8, youngest=0, oldest=20),
    )
    attributes = dict(
        _scope_="mmpretrain",
        type="ImageClassifier",
        neck=GAP,
        head=dict(type="MultiLabelLinearClsHead", in_channels=8, num_classes=4),
    )
    tasks = dict(points=points, parts=parts, age=age, attributes=attributes)
    return dict(
        type="mcf.SharedBackbone",
        backbone=dict(
            type="mcf.DenseViT",
            arch=dict(
                embed_dims=16, num_layers=4, num_heads=2, feedforward_channels=32
            ),
            input_size=SIDE,
            patch_size=8,
            out_indices=[0, 1, 2, 3],
        ),
        neck=[
            dict(type="mcf.ViTFeaturePyramid", embed_dims=16, norm_cfg=dict(type="BN")),
            dict(
                type="mcf.UPerFusion",
                in_channels=[16] * 4,
                channels=8,
                pool_scales=(1,),
                norm_cfg=dict(type="BN"),
            ),
        ],
        tasks=tasks,
        **settings,
    )


def build(**settings: object) -> torch.nn.Module:
    torch.manual_seed(0)
    with registry_scope("mcf"):
        return MODELS.build(config(**settings))


def samples() -> list:
    """One sample with labels of each task."""
    pose = PoseDataSample(
        metainfo=dict(
            input_size=(SIDE, SIDE),
            input_center=np.full(2, SIDE / 2),
            input_scale=np.full(2, float(SIDE)),
        )
    )
    pose.gt_instances = InstanceData(bboxes=np.zeros((1, 4)), bbox_scores=np.ones(1))
    pose.gt_instance_labels = InstanceData(
        keypoint_labels=torch.rand(1, POINTS, 2), keypoint_weights=torch.ones(1, POINTS)
    )
    seg = SegDataSample(metainfo=dict(ori_shape=(SIDE, SIDE), img_shape=(SIDE, SIDE)))
    seg.set_metainfo(dict(crop_matrix=torch.eye(3).numpy(), warp_factor=0.0))
    labels = torch.randint(CLASSES, (1, SIDE, SIDE))
    seg.gt_sem_seg = PixelData(data=labels)
    age = DataSample()
    age.set_field(torch.tensor(7.0), "gt_age")
    attributes = DataSample().set_gt_score(torch.tensor([1.0, 0.0, 0.0, 1.0]))
    found = dict(points=pose, parts=seg, age=age, attributes=attributes)
    for name, sample in found.items():
        sample.set_metainfo(dict(task=name))
    return list(found.values())


def images(count: int) -> torch.Tensor:
    return torch.randn(count, 3, SIDE, SIDE, generator=torch.Generator().manual_seed(1))


def test_backbone_sees_a_batch_once():
    model = build()
    calls = []
    model.backbone.register_forward_hook(lambda *call: calls.append(len(call[1][0])))
    losses = model(images(4), samples(), mode="loss")
    assert calls == [4]
    assert {name.split(".")[0] for name in losses} == set(model.tasks)


def test_each_task_has_the_loss_of_its_own_samples_alone():
    model = build().eval()
    batch, labels = images(4), samples()
    together = model(batch, labels, mode="loss")
    for i, name in enumerate(model.tasks):
        alone = model(batch[i : i + 1], labels[i : i + 1], mode="loss")
        assert alone and all(key.startswith(f"{name}.") for key in alone)
        for key, value in alone.items():
            torch.testing.assert_close(together[key], value)


def test_losses_of_absent_labels_are_not_computed():
    model = build()
    for name, task in model.tasks.items():
        if name != "parts":
            task.loss = lambda *_: pytest.fail("computed")
    labels = [samples()[1], samples()[1]]  # batch norm wants two
    losses = model(images(2), labels, mode="loss")
    sum(value for key, value in losses.items() if "loss" in key).backward()
    assert model.backbone.patch_embed.projection.weight.grad.abs().sum() > 0
    assert model.tasks["age"].head.fc.weight.grad is None


def test_weight_multiplies_losses_and_nothing_else():
    model = build().eval()
    labels = samples()[:1]
    plain = model(images(1), labels, mode="loss")
    model.loss_weights["points"] = 3.0
    heavy = model(images(1), labels, mode="loss")
    for key, value in plain.items():
        factor = 3.0 if "loss" in key else 1.0
        torch.testing.assert_close(heavy[key], factor * value)


def test_predictions_stand_in_the_order_of_the_samples():
    model = build().eval()
    mixed = samples()[::-1]
    with torch.no_grad():
        answers = model(images(4), mixed, mode="predict")
    assert [one.task for one in answers] == [one.task for one in mixed]
    attributes, age, parts, points = answers
    assert points.pred_instances.keypoints.shape == (1, POINTS, 2)
    assert parts.pred_sem_seg.data.shape == (1, SIDE, SIDE)
    assert 0 <= float(age.pred_age) <= 20 and attributes.pred_score.shape == (4,)


def test_impossible_settings_are_refused():
    model = build()
    (stranger, *_) = samples()
    stranger.set_metainfo(dict(task="hats"))
    with pytest.raises(ValueError, match="labels for the task 'hats'; this model has"):
        model(images(1), [stranger], mode="loss")
    with pytest.raises(ValueError, match=r"loss_weights: hats=1\.0"):
        build(loss_weights=dict(hats=1.0))
    own = config()
    own["tasks"]["parts"]["backbone"] = dict(type="mcf.DenseViT")
    with registry_scope("mcf"), pytest.raises(ValueError, match="a backbone of its"):
        MODELS.build(own)
    flipped = config()
    flipped["tasks"]["points"]["test_cfg"] = dict(flip_test=True)
    with registry_scope("mcf"), pytest.raises(ValueError, match="flip_test=False"):
        MODELS.build(flipped)
