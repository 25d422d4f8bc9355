# MCF for small faces on a CPU or one GPU, without backbone and teacher: 112 pixels, a
# 2-block decoder. The run config gives the backbone, with its cell size and width, and
# the teacher.
model = dict(
    type="mcf.MCF",
    data_preprocessor=dict(
        type="SelfSupDataPreprocessor",
        mean=[123.675, 116.28, 103.53],
        std=[58.395, 57.12, 57.375],
        to_rgb=True,
    ),
    masking=dict(type="mcf.RandomMasking", ratio=0.75),
    neck=dict(
        type="mcf.PseudoImageDecoder",
        img_size=112,
        embed_dims=128,
        depth=2,
        num_heads=4,
    ),
    feature_loss=dict(type="mcf.FeatureDistanceLoss", axis="token", loss_weight=1000.0),
    projector=dict(
        type="NonLinearNeck",
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
