"""A whole MCF model of a few thousand parameters, for tests."""

import torch
from torch import nn

from mcf.models.selfsup import MCF
from mcf.models.targets import TeacherTarget
from mcf.registry import MODELS


def tiny_teacher() -> nn.Module:
    torch.manual_seed(1)
    return nn.Sequential(
        nn.Conv2d(3, 4, 4, 4), nn.BatchNorm2d(4), nn.ReLU(), nn.Conv2d(4, 8, 2, 2)
    )


def tiny_mcf(seed: int = 0, **settings: object) -> MCF:
    """Build it with seeded weights; ``settings`` replace parts of its config."""
    mlp = dict(
        type="mmpretrain.NonLinearNeck",
        hid_channels=16,
        out_channels=8,
        with_avg_pool=False,
        norm_cfg=dict(type="BN1d"),
    )
    config = dict(
        type="mcf.MCF",
        backbone=dict(
            type="mcf.MaskedViT",
            arch=dict(
                embed_dims=16, num_layers=2, num_heads=2, feedforward_channels=32
            ),
            img_size=32,
            patch_size=8,
        ),
        masking=dict(type="mcf.RandomMasking", ratio=0.75),
        neck=dict(
            type="mcf.PseudoImageDecoder",
            img_size=32,
            patch_size=8,
            encoder_dims=16,
            embed_dims=8,
            depth=1,
            num_heads=2,
        ),
        target_generator=TeacherTarget(tiny_teacher(), ["0", "3"]),
        feature_loss=dict(type="mcf.FeatureDistanceLoss"),
        projector=dict(in_channels=16, with_last_bn_affine=False, **mlp),
        head=dict(
            type="mcf.ContrastiveHead",
            predictor=dict(in_channels=8, with_last_bn=False, **mlp),
        ),
        data_preprocessor=dict(
            type="mmpretrain.SelfSupDataPreprocessor",
            mean=[123.675, 116.28, 103.53],
            std=[58.395, 57.12, 57.375],
            to_rgb=True,
        ),
    )
    torch.manual_seed(seed)
    model = MODELS.build(config | settings)
    model.init_weights()
    return model
