# MCF for small faces on a CPU or one GPU: 112 pixels, 64 patches, ViT-Ti with 6
# blocks. The run config names the teacher (target_generator).
model = dict(
    type="mcf.MCF",
    data_preprocessor=dict(
        type="SelfSupDataPreprocessor",
        mean=[123.675, 116.28, 103.53],
        std=[58.395, 57.12, 57.375],
        to_rgb=True,
    ),
    backbone=dict(
        type="mcf.MaskedViT",
        arch=dict(embed_dims=192, num_layers=6, num_heads=3, feedforward_channels=768),
        img_size=112,
        patch_size=14,
    ),
    masking=dict(type="mcf.RandomMasking", ratio=0.75),
    neck=dict(
        type="mcf.PseudoImageDecoder",
        img_size=112,
        patch_size=14,
        encoder_dims=192,
        embed_dims=128,
        depth=2,
        num_heads=4,
    ),
    feature_loss=dict(type="mcf.FeatureDistanceLoss", axis="token", loss_weight=1000.0),
    projector=dict(
        type="NonLinearNeck",
        in_channels=192,
        hid_channels=1024,
        out_channels=128,
        with_last_bn_affine=False,
        with_avg_pool=False,
        norm_cfg=dict(type="BN1d"),
    ),
    head=dict(
        type="mcf.ContrastiveHead",
        predictor=dict(
            type="NonLinearNeck",
            in_channels=128,
            hid_channels=1024,
            out_channels=128,
            with_last_bn=False,
            with_avg_pool=False,
            norm_cfg=dict(type="BN1d"),
        ),
        temperature=0.2,
    ),
    momentum_encoder=dict(momentum=0.99),
)
