# The parts of MCF as released (protocol §1.2-1.3), without backbone and teacher: 224
# pixels, an 8-block decoder. The run config gives the backbone, with its cell size and
# width, and the teacher.
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
        img_size=224,
        embed_dims=512,
        depth=8,
        num_heads=16,
    ),
    feature_loss=dict(type="mcf.FeatureDistanceLoss", axis="token", loss_weight=1000.0),
    projector=dict(
        type="NonLinearNeck",
        hid_channels=4096,
        out_channels=256,
        with_last_bn_affine=False,
        with_avg_pool=False,
        norm_cfg=dict(type="BN1d"),
    ),
    head=dict(
        type="mcf.ContrastiveHead",
        predictor=dict(
            type="NonLinearNeck",
            in_channels=256,
            hid_channels=4096,
            out_channels=256,
            with_last_bn=False,
            with_avg_pool=False,
            norm_cfg=dict(type="BN1d"),
        ),
        temperature=0.2,
    ),
    momentum_encoder=dict(momentum=0.99),
)
