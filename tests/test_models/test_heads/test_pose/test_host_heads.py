"""Every mmpose head works on our backbone and crop, by config alone."""

import copy

import numpy as np
import pytest
import torch

pytest.importorskip("mmpose")

from mmengine.registry import DefaultScope
from mmpose.registry import MODELS

from mcf.crops.geometry import transform_points
from tests.test_models.test_heads.test_pose.face_batch import NUM_POINTS, face_batch

SIZE = (64, 64)
WIDTH = 16
BACKBONE = dict(
    type="mcf.DenseViT",
    arch=dict(embed_dims=WIDTH, num_layers=4, num_heads=2, feedforward_channels=32),
    input_size=48,
    patch_size=8,
    out_indices=(0, 1, 2, 3),
)
BN = dict(type="BN")
SIMCC = dict(type="SimCCLabel", input_size=SIZE, sigma=(4, 4), simcc_split_ratio=2.0)
UDP = dict(type="UDPHeatmap", input_size=SIZE, heatmap_size=(24, 24), sigma=1.5)
REGRESSION = dict(type="RegressionLabel", input_size=SIZE)
OURS = dict(type="mcf.NormalisedPoints", input_size=SIZE)

MODELS_BY_NAME = {
    "heat maps read as coordinates": dict(
        neck=dict(type="mcf.ViTFeaturePyramid", embed_dims=WIDTH, norm_cfg=BN),
        head=dict(
            type="mcf.HeatmapCoordHead",
            in_channels=[WIDTH] * 4,
            num_keypoints=NUM_POINTS,
            channels=8,
            norm_cfg=BN,
            decoder=OURS,
        ),
    ),
    "heat maps": dict(
        head=dict(
            type="HeatmapHead",
            in_channels=WIDTH,
            out_channels=NUM_POINTS,
            deconv_out_channels=(8, 8),
            deconv_kernel_sizes=(4, 4),
            loss=dict(type="KeypointMSELoss", use_target_weight=True),
            decoder=UDP,
        ),
    ),
    "SimCC": dict(
        head=dict(
            type="RTMCCHead",
            in_channels=WIDTH,
            out_channels=NUM_POINTS,
            input_size=SIZE,
            in_featuremap_size=(6, 6),
            gau_cfg=dict(
                hidden_dims=16,
                s=8,
                expansion_factor=2,
                dropout_rate=0.0,
                drop_path=0.0,
                act_fn="SiLU",
                use_rel_bias=False,
                pos_enc=False,
            ),
            loss=dict(type="KLDiscretLoss", use_target_weight=True),
            decoder=SIMCC,
        ),
    ),
    "regression": dict(
        neck=dict(type="GlobalAveragePooling"),
        head=dict(
            type="RegressionHead",
            in_channels=WIDTH,
            num_joints=NUM_POINTS,
            loss=dict(type="SmoothL1Loss", use_target_weight=True),
            decoder=REGRESSION,
        ),
    ),
}


@pytest.fixture(params=MODELS_BY_NAME)
def config(request):
    return copy.deepcopy(MODELS_BY_NAME[request.param])


def _build(config: dict, **test_cfg: object) -> torch.nn.Module:
    torch.manual_seed(0)
    with DefaultScope.overwrite_default_scope("mmpose"):
        model = MODELS.build(
            dict(
                type="TopdownPoseEstimator",
                backbone=copy.deepcopy(BACKBONE),
                test_cfg=test_cfg,
                **config,
            )
        )
    model.init_weights()
    return model


def test_one_step_trains_the_backbone(config):
    batch = face_batch(copy.deepcopy(config["head"]["decoder"]))
    model = _build(config)
    model.train()
    losses = model.loss(**batch)
    total = sum(value for name, value in losses.items() if name.startswith("loss"))
    assert torch.isfinite(total) and total > 0
    total.backward()
    assert model.backbone.patch_embed.projection.weight.grad.abs().sum() > 0


@pytest.mark.parametrize("flip_test", [False, True])
def test_predictions_are_in_pixels_of_the_original_image(config, flip_test):
    batch = face_batch(copy.deepcopy(config["head"]["decoder"]))
    model = _build(config, flip_test=flip_test)
    model.eval()
    in_crop = []
    decode = model.head.decode

    def record(outputs):
        instances = decode(outputs)
        in_crop.extend(i.keypoints.copy() for i in instances)
        return instances

    model.head.decode = record
    with torch.no_grad():
        samples = model.predict(**batch)
    for sample, points in zip(samples, in_crop, strict=True):
        found = sample.pred_instances.keypoints
        assert found.shape == (1, NUM_POINTS, 2)
        back = transform_points(np.linalg.inv(sample.crop_matrix), points)
        np.testing.assert_allclose(found, back, atol=1e-3)
